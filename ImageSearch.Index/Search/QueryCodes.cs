using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>The queries of one search as <see cref="CodeKernel"/> wants them, and how far that is from what they are.</summary>
internal sealed unsafe class QueryCodes : IDisposable
{
    private readonly int _dimension;
    private readonly int _group;
    private readonly float* _vectors;
    private readonly Scratch<sbyte> _codes;
    private readonly (float Scale, float Error, float Norm, int Zero)[] _queries;

    /// <param name="queries">One after the other; pinned while this is used.</param>
    public QueryCodes(float* queries, int count, int dimension)
    {
        _vectors = queries;
        _dimension = dimension;
        _queries = new (float, float, float, int)[count];
        _group = count == 1 ? 1 : CodeKernel.BatchQueries;
        var padded = CodeKernel.Padded(dimension);
        var length = (count + _group - 1) / _group * _group * padded;
        _codes = new Scratch<sbyte>(length);
        NativeMemory.Clear(_codes.Pointer, (nuint)length);
        for (var i = 0; i < count; i++)
        {
            _queries[i] = Encode(Vector(i), Codes(i / _group * _group) + (i % _group * CodeKernel.Step));
        }
    }

    public int Count => _queries.Length;

    /// <summary>The codes of a group, by its first query.</summary>
    public sbyte* Codes(int first) => _codes.Pointer + ((nint)first * CodeKernel.Padded(_dimension));

    public ReadOnlySpan<float> Vector(int query) => new(_vectors + ((nint)query * _dimension), _dimension);

    /// <summary>What a step of the codes is worth.</summary>
    public float Scale(int query) => _queries[query].Scale;

    /// <summary>Length of the difference between the query and what its codes stand for.</summary>
    public float Error(int query) => _queries[query].Error;

    public float Norm(int query) => _queries[query].Norm;

    /// <summary>What the sums of a vector of zeros are.</summary>
    public int Zero(int query) => _queries[query].Zero;

    public void Dispose() => _codes.Dispose();

    private (float Scale, float Error, float Norm, int Zero) Encode(ReadOnlySpan<float> vector, sbyte* codes)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        var scale = float.IsNormal(largest) ? largest / CodeKernel.LargestQuery : 1;
        double difference = 0, length = 0;
        var sum = 0;
        for (var d = 0; d < vector.Length; d++)
        {
            var code = (int)MathF.Round(vector[d] / scale);
            codes[(d / CodeKernel.Step * _group * CodeKernel.Step) + (d % CodeKernel.Step)] = (sbyte)code;
            sum += code;
            var rest = vector[d] - ((double)code * scale);
            difference += rest * rest;
            length += (double)vector[d] * vector[d];
        }

        // Rounded up: they are bounds.
        return (scale, (float)Math.Sqrt(difference) * 1.000001f, (float)Math.Sqrt(length) * 1.000001f, sum * CodeKernel.Zero);
    }
}
