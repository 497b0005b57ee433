def check_settings(app_configs, **kwargs): return []
check_views = check_storage = check_settings
