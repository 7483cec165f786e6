#!/bin/sh
# Runs a cluster of three nodes on this machine; builds the program first when it is missing or older than its sources.
# Everything after the name is handed to `akkaraft cluster`, so `./run-cluster.sh --help` tells what there is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
program=src/AkkaRaft.Node/bin/Release/net10.0/akkaraft

if [ ! -x "$program" ] || [ -n "$(find src Directory.Build.props Directory.Build.targets Directory.Packages.props \
    \( -name bin -o -name obj \) -prune -o \
    \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.proto' -o -name '*.conf' \) \
    -newer "$program" -print | head -n 1)" ]; then
    echo "Building akkaraft ..." >&2
    dotnet build src/AkkaRaft.Node -c Release -nologo -v quiet -clp:ErrorsOnly >&2
    touch "$program"
fi

exec "$program" cluster "$@"
