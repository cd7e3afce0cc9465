using System.ComponentModel;

namespace ImageSearch.Web.SystemStatus;

/// <summary>The queue of one model's extractors; null while it cannot be counted.</summary>
public sealed record QueueReport(
    string Model,
    [property: Description("Pictures that no extractor has taken yet.")] long? Waiting,
    [property: Description("Pictures that an extractor works on.")] long? Working,
    [property: Description("Pictures that were given up.")] long? Dead);
