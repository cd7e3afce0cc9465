namespace ImageSearch.Index.Quality;

/// <summary>
/// Looks for the smallest ef whose recall is at least the target: one step up when the recall is certainly below it, one step down when
/// that of the next smaller ef is certainly not. Between the two certainties it stays, so it does not go to and fro. It knows no time, only
/// samples.
/// </summary>
/// <remarks>One thread adds and decides; <see cref="Ef"/> and <see cref="IsSettled"/> may be read by any.</remarks>
internal sealed class EfTuner
{
    /// <summary>Samples, of the ef in use and of the one below, after which it is no longer in a hurry.</summary>
    private const int Settling = 512;

    private const int SmallestWindow = 2048;
    private const int LargestWindow = 32_768;

    /// <summary>An index that grew or shrank by more is another one.</summary>
    private const double Change = 1.25;

    private readonly double _target;
    private readonly EfEvidence?[] _evidence;
    private readonly int _window;
    private int _level;
    private long _vectors;

    /// <param name="target">0: ef stays where it is.</param>
    public EfTuner(EfLadder ladder, double target)
    {
        (Ladder, _target, _level, IsSettled) = (ladder, target, ladder.Start, target == 0);
        _evidence = new EfEvidence?[ladder.Count];
        // That a recall is above 0.999 is not seen in fewer than some thousand answers.
        _window = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(3 / (1 - target), SmallestWindow, LargestWindow));
    }

    public EfLadder Ladder { get; }

    public bool IsOn => _target > 0;

    /// <summary>For searches that do not say.</summary>
    public int Ef => Ladder[Volatile.Read(ref _level)];

    /// <summary>Where <see cref="Ef"/> stands on the ladder.</summary>
    public int Level => Volatile.Read(ref _level);

    /// <summary>Times that ef was changed.</summary>
    public int Moves { get; private set; }

    /// <summary>Enough was seen to leave ef where it is.</summary>
    public bool IsSettled { get; private set; }

    public void Add(int level, Recall recall) => (_evidence[level] ??= new EfEvidence(_window)).Add(recall);

    /// <summary>What was learned from an index of quite another size does not count.</summary>
    public void Follow(long vectors)
    {
        if (vectors > _vectors * Change || vectors * Change < _vectors)
        {
            _vectors = vectors;
            Forget(_ => true);
        }
    }

    public void Decide()
    {
        var (below, current, above) = (At(_level - 1), At(_level), At(_level + 1));
        if (current is { IsDue: true } && current.Upper < _target && _level < Ladder.Count - 1)
        {
            // Two steps at most, when the next one is known to be as bad.
            Move(above is { Samples: >= Settling / 8 } && above.Upper < _target && _level < Ladder.Count - 2 ? 2 : 1);
        }
        else if (below is { IsDue: true } && below.Lower >= _target)
        {
            Move(-1);
        }
        else
        {
            IsSettled = current is { Samples: >= Settling } && (_level == 0 || below is null or { Samples: >= Settling });
        }

        current?.Concluded();
        below?.Concluded();
    }

    private EfEvidence? At(int level) => level >= 0 && level < _evidence.Length ? _evidence[level] : null;

    private void Move(int steps)
    {
        Volatile.Write(ref _level, _level + steps);
        Moves++;
        Forget(level => Math.Abs(level - _level) > 1);
    }

    private void Forget(Func<int, bool> which)
    {
        IsSettled = false;
        for (var level = 0; level < _evidence.Length; level++)
        {
            _evidence[level] = which(level) ? null : _evidence[level];
        }
    }
}
