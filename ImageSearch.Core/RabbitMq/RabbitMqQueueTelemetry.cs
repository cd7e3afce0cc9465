using System.Diagnostics.Metrics;

namespace ImageSearch.Core.RabbitMq;

/// <summary>Metrics of the work queues on RabbitMQ.</summary>
internal sealed class RabbitMqQueueTelemetry
{
    public const string Name = "ImageSearch.Queue";

    private readonly Counter<long> _published;
    private readonly Histogram<double> _publishing;
    private readonly Counter<long> _taken;
    private readonly Counter<long> _connections;

    public RabbitMqQueueTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _published = meter.CreateCounter<long>(
            "imagesearch.queue.published", "{message}",
            "Messages to the broker, by outcome: confirmed, or unconfirmed (left to the backfill because the broker did not take them).");
        _publishing = meter.CreateHistogram(
            "imagesearch.queue.publish.duration", "s", "Time until the broker has confirmed the messages of a call.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _taken = meter.CreateCounter<long>(
            "imagesearch.queue.taken", "{item}",
            "Items taken to be worked on, by model and way: message, or due (retried, or of a dead worker).");
        _connections = meter.CreateCounter<long>(
            "imagesearch.queue.connections",
            "{connection}",
            "Connections to the broker that were opened, by purpose: more than one is a reconnect.");
    }

    public void Published(string outcome, int messages) => _published.Add(messages, new KeyValuePair<string, object?>("outcome", outcome));

    public void Confirmed(TimeSpan duration) => _publishing.Record(duration.TotalSeconds);

    public void Taken(string model, string way, int items)
    {
        if (items > 0)
        {
            _taken.Add(items, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("way", way));
        }
    }

    public void Connected(string purpose) => _connections.Add(1, new KeyValuePair<string, object?>("purpose", purpose));
}
