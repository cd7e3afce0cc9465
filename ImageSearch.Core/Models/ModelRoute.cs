using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Core.Models;

/// <summary>What web and ingest know of a declared model: configuration section <c>Models:N</c>, written by the AppHost.</summary>
public sealed class ModelRoute
{
    public string Name { get; set; } = "";

    [Required]
    public string Version { get; set; } = "";

    [Range(1, 8192)]
    public int Dimension { get; set; }

    /// <summary>Share of the searches without <c>model</c> that this one answers, relative to the others. 0: only when named.</summary>
    [Range(0, 1_000_000)]
    public double Weight { get; set; } = 1;

    [Range(1, 1024)]
    public int Shards { get; set; } = 1;

    /// <summary>Index replicas per shard.</summary>
    [Range(1, 100)]
    public int Replicas { get; set; } = 1;

    public string Algorithm { get; set; } = "Exact";

    /// <summary>How web has queries embedded. Default <c>Http</c>; <c>Rpc</c> needs the servers backend.</summary>
    [EnumDataType(typeof(QueryTransport), ErrorMessage = "QueryTransport is Http or Rpc.")]
    public QueryTransport QueryTransport { get; set; }

    /// <summary>Whether its extractors embed words, too.</summary>
    public bool Words { get; set; }

    public ModelKey Key => new(Name, Version);

    /// <summary>Resource that embeds for this model.</summary>
    public string ExtractorName => $"extractor-{Name}";

    /// <summary>Resource that holds one shard of this model.</summary>
    public string IndexName(int shard) => $"index-{Name}-{shard}";
}

/// <summary>All declared models, in the order of their declaration.</summary>
public sealed class ModelRoutes : List<ModelRoute>
{
    public const string Section = "Models";

    /// <summary>Whether words can be searched by.</summary>
    public bool HasWords => Exists(model => model.Words);

    public ModelRoute? Named(string name) => Find(model => model.Name == name);
}
