"""Import an export of WordPress (WXR), with live blogs."""
