"""What widgets ask for in Colab."""


def enable_custom_widget_manager() -> None:
    """Nothing to do: there is no page here."""
