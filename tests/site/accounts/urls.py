"""The site's addresses with those of a second factor and of single sign-on."""

from stoppress.site import urls as site
from stoppress.site.accounts.urls import SECOND_FACTOR, SIGN_IN, SINGLE_SIGN_ON

handler404, handler500 = site.handler404, site.handler500
OURS = [*SIGN_IN, *SECOND_FACTOR, *SINGLE_SIGN_ON]
urlpatterns = [*OURS, *site.urlpatterns]
