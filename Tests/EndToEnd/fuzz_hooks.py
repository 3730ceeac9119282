"""What schemathesis loads besides (SCHEMATHESIS_HOOKS): how the bytes of our media types are sent."""

import schemathesis

schemathesis.serializer.alias("application/zip", "application/octet-stream")
