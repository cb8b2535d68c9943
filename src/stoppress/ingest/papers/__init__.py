"""Other papers that are followed: another Stop Press's stream `wire`, made into our articles."""
