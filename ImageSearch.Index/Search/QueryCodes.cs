using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>The queries of a search as <see cref="Int4ScanKernel"/> wants them, and how far that is from what they are.</summary>
internal sealed unsafe class QueryCodes(int dimension)
{
    private readonly int _padded = Int4ScanKernel.Padded(dimension);
    private readonly int _finePadded = Int4ScanKernel.FinePadded(dimension);
    private readonly Scratch<float> _vectors = new();
    private readonly Scratch<sbyte> _codes = new(); // one after the other
    private readonly Scratch<sbyte> _groups = new(); // interleaved in groups of the kernel's
    private QueryFactors[] _factors = [];

    /// <param name="queries">One after the other.</param>
    public void Reset(ReadOnlySpan<float> queries, int count)
    {
        _vectors.Reserve(queries.Length);
        queries.CopyTo(new Span<float>(_vectors.Pointer, queries.Length));
        _codes.Reserve((long)count * _finePadded);
        NativeMemory.Clear(_codes.Pointer, (nuint)count * (nuint)_finePadded);
        if (_factors.Length < count)
        {
            _factors = new QueryFactors[count];
        }

        for (var i = 0; i < count; i++)
        {
            _factors[i] = Encode(Vector(i), Codes(i));
        }

        if (count > 1)
        {
            Interleave(count);
        }
    }

    public ReadOnlySpan<float> Vector(int query) => new(_vectors.Pointer + ((nint)query * dimension), dimension);

    public sbyte* Codes(int query) => _codes.Pointer + ((nint)query * _finePadded);

    /// <summary>The codes of a group, by its first query.</summary>
    public sbyte* Group(int first) => _groups.Pointer + ((nint)first * _padded);

    public ref readonly QueryFactors Factors(int query) => ref _factors[query];

    private static QueryFactors Encode(ReadOnlySpan<float> vector, sbyte* codes)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        var scale = float.IsNormal(largest) ? largest / Int4ScanKernel.LargestQuery : 1;
        double difference = 0, length = 0;
        var sum = 0;
        for (var d = 0; d < vector.Length; d++)
        {
            var code = Math.Clamp((int)MathF.Round(vector[d] / scale), -Int4ScanKernel.LargestQuery, Int4ScanKernel.LargestQuery);
            codes[d] = (sbyte)code;
            sum += code;
            var rest = vector[d] - ((double)code * scale);
            difference += rest * rest;
            length += (double)vector[d] * vector[d];
        }

        // Rounded up: they are bounds.
        return new QueryFactors(scale, scale * sum, (float)Math.Sqrt(difference) * 1.000001f, (float)Math.Sqrt(length) * 1.000001f);
    }

    private void Interleave(int count)
    {
        const int Size = Int4ScanKernel.BatchQueries;
        var groups = (count + Size - 1) / Size;
        _groups.Reserve((long)groups * Size * _padded);
        NativeMemory.Clear(_groups.Pointer, (nuint)groups * Size * (nuint)_padded);
        for (var query = 0; query < count; query++)
        {
            var to = (int*)Group(query / Size * Size) + (query % Size);
            var from = (int*)Codes(query);
            for (var step = 0; step < _padded / Int4ScanKernel.Step; step++)
            {
                to[step * Size] = from[step];
            }
        }
    }
}

/// <summary>What the codes of a query stand for: each times <paramref name="Step"/>.</summary>
/// <param name="Sum">Of all that they stand for.</param>
/// <param name="Error">Length of the difference to the query, or a little more.</param>
/// <param name="Norm">Length of the query, or a little more.</param>
internal readonly record struct QueryFactors(float Step, float Sum, float Error, float Norm);
