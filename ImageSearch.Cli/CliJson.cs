using System.Text.Json;
using System.Text.Json.Serialization;
using ImageSearch.Cli.Importing;

namespace ImageSearch.Cli;

/// <summary>The command line's own answers as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(ImportSummary))]
internal sealed partial class CliJson : JsonSerializerContext;
