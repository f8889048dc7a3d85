"""What gateways send, taken in once: over MQTT, HTTPS and GB/T 26875.3."""
