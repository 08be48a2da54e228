from django.apps import apps


def is_last(app_config):
    """Whether a `post_migrate` is that of the last app: every table and permission exists by then.

    Apps without models are migrated without a signal.
    """
    return app_config == [app for app in apps.get_app_configs() if app.models_module][-1]
