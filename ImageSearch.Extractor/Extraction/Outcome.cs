using System.Diagnostics;
using ImageSearch.Core;
using ImageSearch.Core.Queue;
using ImageSearch.Extractor.Embedding;

namespace ImageSearch.Extractor.Extraction;

/// <summary>What became of a delivery, and what is to be done with it: each is settled exactly once.</summary>
/// <param name="Trace">Ends when the outcome is settled.</param>
internal abstract record Outcome(WorkDelivery Delivery, Activity? Trace)
{
    /// <summary>Store the vector, then acknowledge.</summary>
    public sealed record Embedded(WorkDelivery Delivery, PictureEmbedding Embedding, Activity? Trace) : Outcome(Delivery, Trace);

    /// <summary>Nothing to do: the picture was deleted meanwhile, or is embedded already.</summary>
    public sealed record Done(WorkDelivery Delivery, Activity? Trace) : Outcome(Delivery, Trace);

    /// <summary>The cause may pass: try again later.</summary>
    public sealed record Retry(WorkDelivery Delivery, string Reason, Activity? Trace) : Outcome(Delivery, Trace);

    /// <summary>No attempt will succeed: fail it for a person to see.</summary>
    public sealed record GiveUp(WorkDelivery Delivery, string Reason, Activity? Trace) : Outcome(Delivery, Trace);

    /// <summary>Not worked on: the extractor stops, or a server behind it is away. That is no attempt.</summary>
    /// <param name="Unavailable">What is away; null when the extractor stops.</param>
    public sealed record Return(
        WorkDelivery Delivery, Activity? Trace, BackendUnavailableException? Unavailable = null) : Outcome(Delivery, Trace);
}
