"""The feed pushed to other platforms: by webhook, or through their MQTT broker."""
