using System.Text.Json;
using System.Text.Json.Serialization;
using ImageSearch.Core;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Models;

/// <summary>
/// What a model's vectors are made by: vectors that are made differently must not stand side by side as those of one version.
/// </summary>
internal sealed class Preparation(IImageStore store, IOptions<ModelOptions> model)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <exception cref="ModelException">
    /// The stored vectors of this version were made by another file, or from pictures that were prepared otherwise.
    /// </exception>
    /// <exception cref="BackendUnavailableException">The store does not answer.</exception>
    public async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        var declared = JsonSerializer.Serialize(
            new { Sha256 = model.Value.Sha256?.ToLowerInvariant(), model.Value.Dimension, model.Value.Input, model.Value.Output.Embedding },
            Json);
        var stored = await store.DeclareAsync(model.Value.Key, declared, cancellationToken);
        if (stored != declared)
        {
            throw new ModelException(
                $"its declaration has changed and its Version has not: {Differences(stored, declared)}. Vectors of version {model.Value.Version} are stored, and "
                + "those of old and new cannot be compared. Give it a new Version, or declare it as before.");
        }
    }

    private static string Differences(string stored, string declared)
    {
        var before = Leaves(JsonSerializer.Deserialize<JsonElement>(stored), "").ToDictionary();
        var now = Leaves(JsonSerializer.Deserialize<JsonElement>(declared), "").ToDictionary();
        return string.Join(", ", before.Keys.Union(now.Keys).Where(
            key => before.GetValueOrDefault(key) != now.GetValueOrDefault(key)).Select(key =>
            $"{key} was {before.GetValueOrDefault(key) ?? "not set"}, and is {now.GetValueOrDefault(key) ?? "not set"}"));
    }

    private static IEnumerable<KeyValuePair<string, string>> Leaves(
        JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(field => Leaves(field.Value, path.Length == 0 ? field.Name : $"{path}:{field.Name}"))
        : [new(path, element.GetRawText().Trim('"'))];
}
