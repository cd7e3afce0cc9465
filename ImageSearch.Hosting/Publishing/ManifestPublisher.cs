using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.Hosting.Publishing;

/// <summary>Writes the model as <c>aspire-manifest.json</c>; a relative output path is relative to the AppHost's project directory.</summary>
internal sealed class ManifestPublisher(
    IConfiguration configuration, AppHostMetadata appHost, IResourceCollection resources, DistributedApplicationExecutionContext executionContext)
{
    // Connection strings stand as they are read: no \u0026 for an ampersand.
    private static readonly JsonWriterOptions Format = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var publisher = configuration["Publishing:Publisher"];
        if (publisher != "manifest")
        {
            throw new DistributedApplicationException($"There is no publisher '{publisher}': use --publisher manifest --output-path <file>.");
        }

        var output = configuration["Publishing:OutputPath"]
            ?? throw new DistributedApplicationException("The manifest publisher needs --output-path <file>.");
        var path = Path.GetFullPath(output, appHost.Directory);
        if (Directory.Exists(path))
        {
            path = Path.Combine(path, "aspire-manifest.json");
        }

        var json = await WriteAsync(path, cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.tmp";
        await File.WriteAllBytesAsync(aside, json, cancellationToken).ConfigureAwait(false);
        File.Move(aside, path, overwrite: true);
        Console.WriteLine($"Published the manifest to {path}");
    }

    internal async Task<byte[]> WriteAsync(string manifestPath, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Format))
        {
            var entries = new ManifestWriter(new ManifestPublishingContext(executionContext, manifestPath, writer, cancellationToken));
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json.schemastore.org/aspire-8.0.json");
            writer.WriteStartObject("resources");
            foreach (var resource in resources)
            {
                await entries.WriteAsync(resource).ConfigureAwait(false);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
