using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageSearch.Contracts;

namespace ImageSearch.AppHost;

/// <summary>The processes of a model, and the settings by which services know the models.</summary>
internal static class ModelResources
{
    private static readonly JsonSerializerOptions Names = new() { Converters = { new JsonStringEnumConverter() } };

    public static Service AddExtractor(this Model model, IDistributedApplicationBuilder builder, Backend backend) =>
        Service.Add<Projects.ImageSearch_Extractor>(builder, $"extractor-{model.Name}", model.ExtractorReplicas.Least, extractor => extractor
            .WithBackend(backend, Backend.Broker, Backend.Database, Backend.Blobs)
            .WithDeclaration(model));

    /// <returns>One service for each shard.</returns>
    public static Service[] AddIndex(this Model model, IDistributedApplicationBuilder builder, Backend backend) =>
        [.. Enumerable.Range(0, model.IndexShards).Select(shard => Service.Add<Projects.ImageSearch_Index>(
            builder, string.Create(CultureInfo.InvariantCulture, $"index-{model.Name}-{shard}"), model.IndexReplicas, index => index
            .WithBackend(backend, Backend.Database)
            .WithSettings("Index",
                ("Model", model.Name), ("Version", model.Version), ("Dimension", model.Dimension), ("Shard", shard),
                ("Shards", model.IndexShards), ("Algorithm", model.Algorithm), ("Rows", model.IndexRows),
                ("MemoryLimitMiB", model.IndexMemoryLimitMiB), ("RecallSample", model.IndexRecallSample),
                ("SnapshotInterval", model.IndexSnapshotInterval))
            .WithSettings("Index__Hnsw", model.HnswSettings())))];

    public static IResourceBuilder<ProjectResource> WithModels(this IResourceBuilder<ProjectResource> service, IReadOnlyList<Model> models)
    {
        for (var i = 0; i < models.Count; i++)
        {
            var model = models[i];
            service.WithSettings(string.Create(CultureInfo.InvariantCulture, $"Models__{i}"),
                ("Name", model.Name), ("Version", model.Version), ("Dimension", model.Dimension), ("Weight", model.Weight),
                ("Shards", model.IndexShards), ("Replicas", model.IndexReplicas), ("Algorithm", model.Algorithm),
                ("QueryTransport", model.QueryTransport), ("Words", model.Text is null ? null : "true"));
        }

        return service;
    }

    public static IResourceBuilder<ProjectResource> WithBackend(
        this IResourceBuilder<ProjectResource> service, Backend backend, params string[] connections)
    {
        backend.Connect(service, connections);
        return service;
    }

    /// <summary>
    /// Embedded, a service that others call is ready in a second and worth waiting for. With servers it may have to wait for one that is
    /// down, and its callers must come up without it.
    /// </summary>
    public static void WithReferenceTo(this IResourceBuilder<ProjectResource> caller, Service service, Backend backend)
    {
        service.AddTo(caller);
        foreach (var replica in backend.IsEmbedded ? service.Replicas : [])
        {
            caller.WaitFor(replica);
        }
    }

    public static IResourceBuilder<ProjectResource> WithImportRules(this IResourceBuilder<ProjectResource> ingest, AppHostOptions options)
    {
        ingest.WithSettings("Ingest__FolderRoots",
            [.. options.FolderRoots.Select((root, i) => (i.ToString(CultureInfo.InvariantCulture), (object?)root))]);
        return ingest.WithEnvironment("Ingest__AllowPrivateAddresses", bool.Parse(options.AllowPrivateAddresses) ? "true" : "false");
    }

    private static (string Key, object? Value)[] HnswSettings(this Model model) => model.Algorithm != "Hnsw"
        ? []
        : [("M", model.Hnsw.M), ("EfConstruction", model.Hnsw.EfConstruction), ("Ef", model.Hnsw.Ef), ("Seed", model.Hnsw.Seed), (
            "TargetRecall", model.Hnsw.TargetRecall)];

    /// <summary>The section <c>Model</c>: what the declaration says, field by field under its own name.</summary>
    private static IResourceBuilder<ProjectResource> WithDeclaration(
        this IResourceBuilder<ProjectResource> extractor, ModelDeclaration model)
    {
        using var document = JsonSerializer.SerializeToDocument(model, Names);
        return extractor.WithSettings("Model", [.. Leaves(document.RootElement, "")]);
    }

    private static IEnumerable<(string Key, object? Value)> Leaves(JsonElement element, string key)
    {
        string Below(object name) => string.Create(CultureInfo.InvariantCulture, $"{key}{(key.Length == 0 ? "" : "__")}{name}");
        return element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(field => Leaves(field.Value, Below(field.Name))),
            JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => Leaves(item, Below(i))),
            _ => [(key, element.ToString())],
        };
    }

    // Flat keys: a value with braces or quotes would not survive the tools that read the manifest. What is null is left out.
    private static IResourceBuilder<ProjectResource> WithSettings(
        this IResourceBuilder<ProjectResource> service, string section, params (string Key, object? Value)[] settings)
    {
        foreach (var (key, value) in settings.Where(s => s.Value is not (null or "")))
        {
            service.WithEnvironment($"{section}__{key}", Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        return service;
    }
}
