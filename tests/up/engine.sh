#!/bin/sh
# A container engine that builds what it is told to and pushes it. It keeps how it was called in the folder $ENGINE.
case "$*" in
--version | "buildx version") exit 0 ;;
esac
input=$(cat)
case "$1" in
image | inspect) ;;
*) echo "${0##*/} $* <${#input}" >>"$ENGINE/log" ;;
esac
credentials=${DOCKER_CONFIG:+$DOCKER_CONFIG/config.json}
credentials=${credentials:-${REGISTRY_AUTH_FILE:-/dev/null}}
case "$1" in
login)
    for host; do :; done
    stat -c %a "$(dirname "$credentials")" >"$ENGINE/mode"
    cp "$credentials" "$ENGINE/configuration"
    printf '{"auths":{"%s":{"auth":"%s"}}}' "$host" "$(printf 'AWS:%s' "$input" | base64)" >"$credentials"
    ;;
build | buildx)
    env | sed 's/=.*//' | sort >"$ENGINE/variables"
    printf '{"os":"linux","architecture":"amd64","created":"%s"}' "$ENGINE_CONTENT" >"$ENGINE/image"
    sleep "${ENGINE_SLEEP:-0}"
    [ -z "$ENGINE_BROKEN" ]
    ;;
image | inspect)
    echo "sha256:$(sha256sum "$ENGINE/image" | cut -d ' ' -f 1)"
    ;;
push)
    if [ -s "$ENGINE/failures" ]; then
        head -n 1 "$ENGINE/failures" >&2
        sed -i 1d "$ENGINE/failures"
        exit 1
    fi
    ENGINE_PUSH=$2 ENGINE_CREDENTIALS=$credentials "$ENGINE_TEST" --exact push::the_engine_speaks_to_the_registry \
        >"$ENGINE/output" 2>&1
    cat "$ENGINE/answer" >&2
    [ ! -s "$ENGINE/answer" ]
    ;;
esac
