
namespace ImageSearch.Index.Search.Rows;

/// <summary>
/// From ids to rows, in 5 bytes a slot instead of the 60 of a dictionary: the ids themselves lie with the rows. Open addressing with linear
/// probing; a byte of the hash beside each slot, so that hardly ever another row's id is read. For one thread at a time.
/// </summary>
/// <param name="idOf">The id of a row that was added.</param>
internal sealed class IdMap(Func<int, ImageId> idOf)
{
    private const int Smallest = 64;

    // Grown by a quarter when three quarters are taken: 7 to 8 bytes a row.
    private const double Fullest = 0.75;
    private const double Growth = 1.25;

    private int[] _rows = new int[Smallest]; // the row's number + 1; 0: empty
    private byte[] _prints = new byte[Smallest];

    public int Count { get; private set; }

    public long Bytes => _rows.Length * (sizeof(int) + 1L);

    /// <summary>What it takes more when it grows the next time, about.</summary>
    public long BytesOfGrowth => (long)(Bytes * (Growth - 1)) + 1;

    public bool TryGet(ImageId id, out int row)
    {
        var slot = Find(id);
        row = slot < 0 ? -1 : _rows[slot] - 1;
        return slot >= 0;
    }

    /// <summary>Adds an id that is not there, or changes the row of one that is.</summary>
    public void Set(ImageId id, int row)
    {
        if (Find(id) is >= 0 and var slot)
        {
            _rows[slot] = row + 1;
        }
        else
        {
            Add(id, row);
        }
    }

    /// <summary>Adds an id that is known not to be there.</summary>
    public void Add(ImageId id, int row)
    {
        Reserve(Count + 1);
        Place(id, row);
        Count++;
    }

    /// <summary>Makes room for so many ids at once.</summary>
    public void Reserve(int count)
    {
        if (count <= _rows.Length * Fullest)
        {
            return;
        }

        var old = _rows;
        var length = (int)Math.Min(Array.MaxLength, Math.Max(count / Fullest + 1, old.Length * Growth));
        (_rows, _prints) = (new int[length], new byte[length]);
        foreach (var row in old)
        {
            if (row != 0)
            {
                Place(idOf(row - 1), row - 1);
            }
        }
    }

    public bool Remove(ImageId id, out int row)
    {
        var hole = Find(id);
        row = hole < 0 ? -1 : _rows[hole] - 1;
        if (hole < 0)
        {
            return false;
        }

        // What follows moves up, unless it would come before the place where its search begins.
        for (var slot = Next(hole); _rows[slot] != 0; slot = Next(slot))
        {
            var home = Home(Hash(idOf(_rows[slot] - 1)));
            if (hole <= slot ? home <= hole || home > slot : home <= hole && home > slot)
            {
                (_rows[hole], _prints[hole]) = (_rows[slot], _prints[slot]);
                hole = slot;
            }
        }

        _rows[hole] = 0;
        Count--;
        return true;
    }

    private int Find(ImageId id)
    {
        var hash = Hash(id);
        for (var slot = Home(hash); _rows[slot] != 0; slot = Next(slot))
        {
            if (_prints[slot] == (byte)hash && idOf(_rows[slot] - 1) == id)
            {
                return slot;
            }
        }

        return -1;
    }

    private void Place(ImageId id, int row)
    {
        var hash = Hash(id);
        var slot = Home(hash);
        while (_rows[slot] != 0)
        {
            slot = Next(slot);
        }

        (_rows[slot], _prints[slot]) = (row + 1, (byte)hash);
    }

    // Of SHA-256 any bits would do; the multiplication spreads what only looks like one, such as numbers in tests.
    private static uint Hash(ImageId id) => (uint)id.GetHashCode() * 0x9e37_79b1;

    private int Home(uint hash) => (int)((ulong)hash * (uint)_rows.Length >> 32);

    private int Next(int slot) => slot + 1 == _rows.Length ? 0 : slot + 1;
}
