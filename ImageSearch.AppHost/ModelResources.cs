using System.Globalization;

namespace ImageSearch.AppHost;

/// <summary>The processes of a model, and the settings by which services know the models.</summary>
internal static class ModelResources
{
    public static Service AddExtractor(this Model model, IDistributedApplicationBuilder builder, Backend backend) =>
        Service.Add<Projects.ImageSearch_Extractor>(builder, $"extractor-{model.Name}", model.ExtractorReplicas.Least, extractor => extractor
            .WithBackend(backend, Backend.Broker, Backend.Database, Backend.Blobs)
            .WithSettings("Model",
                ("Name", model.Name), ("Version", model.Version), ("Dimension", model.Dimension),
                ("Source", model.Source), ("Sha256", model.Sha256), ("QueryTransport", model.QueryTransport))
            .WithSettings("Model__Input",
                ("Name", model.Input.Name), ("Width", model.Input.Width), ("Height", model.Input.Height), ("Resize", model.Input.Resize),
                ("ResizeTo", model.Input.ResizeTo), ("Channels", model.Input.Channels), ("Layout", model.Input.Layout))
            .WithSettings("Model__Input__Mean", ("0", model.Input.MeanOf(0)), ("1", model.Input.MeanOf(1)), ("2", model.Input.MeanOf(2)))
            .WithSettings("Model__Input__Scale",
                ("0", model.Input.ScaleOf(0)), ("1", model.Input.ScaleOf(1)), ("2", model.Input.ScaleOf(2)))
            .WithSettings("Model__Output",
                ("Embedding", model.Output.Embedding), ("Probabilities", model.Output.Probabilities), ("Labels", model.Output.Labels))
            .WithSettings("Model__Text", model.TextSettings()));

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
        : [("M", model.Hnsw.M), ("EfConstruction", model.Hnsw.EfConstruction), ("Ef", model.Hnsw.Ef), ("Seed", model.Hnsw.Seed), ("TargetRecall", model.Hnsw.TargetRecall)];

    private static (string Key, object? Value)[] TextSettings(this Model model) => model.Text is not { } text
        ? []
        :
        [
            ("Source", text.Source), ("Sha256", text.Sha256), ("Tokenizer", text.Tokenizer), ("Vocabulary", text.Vocabulary), ("Merges", text.Merges),
            ("MaximumTokens", text.MaximumTokens), ("Input", text.Input), ("Mask", text.Mask), ("Types", text.Types), ("Output", text.Output),
            ("Pooling", text.Pooling), ("Matrix", text.Matrix),
        ];

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
