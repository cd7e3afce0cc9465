using System.Collections;

namespace ImageSearch.Index.Search.Rows;

/// <summary>This part: a segment that was read from a file, or moved into other memory.</summary>
internal abstract unsafe partial class Segment
{
    /// <summary>What the kind keeps beside columns, small. It may be newer than the rows that are saved with it.</summary>
    public virtual byte[] SaveState() => [];

    /// <summary>Says what the columns hold, which whoever allocated them has filled.</summary>
    /// <param name="dead">Marks of the rows that are gone; null: none is.</param>
    /// <param name="tagSets">Of each row; null: none has tags.</param>
    public void Restore(int rows, BitArray? dead, int[]? tagSets, ReadOnlySpan<byte> state)
    {
        Rows = rows;
        _tagSets = tagSets;
        for (var row = 0; dead is not null && row < rows; row++)
        {
            if (dead[row])
            {
                Kill(row, version: 1);
            }
        }

        LoadState(state);
    }

    /// <summary>Takes the place of a segment whose columns it has. The writer's: from now on only this one is written to.</summary>
    public void TakeOver(Segment other)
    {
        (Rows, Dead) = (other.Rows, other.Dead);
        (_deadSince, _tagSets) = (other._deadSince, other._tagSets);
        LoadState(other.SaveState());
    }

    /// <param name="state">What <see cref="SaveState"/> gave.</param>
    protected virtual void LoadState(ReadOnlySpan<byte> state)
    {
    }
}
