#!/bin/sh
# Makes the namespace and its search attributes once; running it again changes nothing.
set -eu

address="${TEMPORAL_ADDRESS:?set TEMPORAL_ADDRESS, such as temporal:7233}"
namespace="${TEMPORAL_NAMESPACE:-default}"
retention="${TEMPORAL_RETENTION:-720h}"

until temporal operator cluster health --address "$address" >/dev/null 2>&1; do
    echo "waiting for Temporal at $address"
    sleep 2
done

temporal operator namespace describe --address "$address" --namespace "$namespace" >/dev/null 2>&1 ||
    temporal operator namespace create --address "$address" --retention "$retention" \
        --namespace "$namespace"

for attribute in Stage:Keyword Owner:Keyword Destination:Keyword TripStatus:Keyword \
    Departure:Datetime SlaDue:Datetime; do
    temporal operator search-attribute create --address "$address" --namespace "$namespace" \
        --name "${attribute%%:*}" --type "${attribute##*:}" || true
done
echo "namespace $namespace is ready"
