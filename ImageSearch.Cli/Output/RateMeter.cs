namespace ImageSearch.Cli.Output;

/// <summary>How fast it goes now, which is not how fast it went on average: over the last seconds.</summary>
internal sealed class RateMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private readonly Queue<(TimeSpan At, ProgressSample Sample)> _samples = new();

    /// <summary>Pictures a second; 0 until there is a difference.</summary>
    public double Rate { get; private set; }

    /// <summary>Null while it cannot be told.</summary>
    public TimeSpan? Left { get; private set; }

    public void Add(TimeSpan at, ProgressSample sample)
    {
        _samples.Enqueue((at, sample));
        while (at - _samples.Peek().At > Window)
        {
            _samples.Dequeue();
        }

        var (since, first) = _samples.Peek();
        var seconds = (at - since).TotalSeconds;
        Rate = seconds > 0 ? Math.Max(0, sample.Pictures - first.Pictures) / seconds : 0;
        var speed = seconds > 0 && sample.Fraction is { } now && first.Fraction is { } then ? (now - then) / seconds : 0;
        Left = speed > 0 ? TimeSpan.FromSeconds(Math.Min((1 - sample.Fraction!.Value) / speed, TimeSpan.FromDays(99).TotalSeconds)) : null;
    }
}
