#!/usr/bin/env pwsh
# Runs a cluster of three nodes on this machine; builds the program first when it is missing or older than its sources.
# Everything after the name is handed to `akkaraft cluster`, so `./run-cluster.ps1 --help` tells what there is.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$name = if ($IsWindows -or $env:OS -eq 'Windows_NT') { 'akkaraft.exe' } else { 'akkaraft' }
$program = Join-Path $PSScriptRoot "src/AkkaRaft.Node/bin/Release/net10.0/$name"

$stale = $true
if (Test-Path $program) {
    $built = (Get-Item $program).LastWriteTimeUtc
    $stale = $null -ne (Get-ChildItem -Path src, Directory.* -Recurse -File -Include *.cs, *.csproj, *.props, *.targets, *.proto, *.conf |
        Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' -and $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1)
}

if ($stale) {
    [Console]::Error.WriteLine('Building akkaraft ...')
    dotnet build src/AkkaRaft.Node -c Release -nologo -v quiet -clp:ErrorsOnly
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    (Get-Item $program).LastWriteTimeUtc = [DateTime]::UtcNow
}

& $program cluster @args
exit $LASTEXITCODE
