#!/usr/bin/env bash
# Builds the documentation site in artifacts/docs: the articles of docs/ and the API reference from the XML documentation.
# With --serve, shows it at http://localhost:8080.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet tool restore
# This project refers to all libraries: their assemblies, with XML documentation and all that they use, lie beside it.
dotnet build -c Release test/Microsoft.ML.Diffusion.Packages.Tests
rm -rf docs/api artifacts/docs
dotnet docfx metadata docfx.json
# A link that leads nowhere ends the build.
dotnet docfx build docfx.json --warningsAsErrors "$@"
