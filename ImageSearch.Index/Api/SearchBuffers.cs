using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text.Json;
using ImageSearch.Index.Search;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Index.Api;

/// <summary>
/// The memory of one search: its vectors, what was found, and the answer. Taken from a pool, so that a search allocates none.
/// </summary>
internal sealed class SearchBuffers : IDisposable
{
    private const int CacheLine = 64;

    /// <summary>Hits of an answer that is sent as it is written, and not kept whole before.</summary>
    private const int LargeAnswer = 1024;

    /// <summary>Floats and hits that a search may leave in the pool.</summary>
    private const int MostKept = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _whole = new(4096);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });
    private float[] _memory = [];
    private int _first;
    private int _length;

    /// <summary>One after the other, aligned to a cache line.</summary>
    public Span<float> Queries => _memory.AsSpan(_first, _length);

    public SearchResults Results { get; } = new();

    /// <summary>Large searches are few: their memory is not kept for small ones.</summary>
    public bool IsWorthKeeping => _memory.Length <= MostKept && Results.Capacity <= MostKept && _whole.Capacity <= MostKept;

    /// <exception cref="ProblemException">The body has not as many bytes as the vectors.</exception>
    public async ValueTask ReadQueriesAsync(HttpRequest request, int vectors, int dimension, CancellationToken cancellationToken)
    {
        MakeRoom(vectors * dimension);
        var bytes = vectors * dimension * sizeof(float);
        if (request.ContentLength is { } length && length != bytes)
        {
            throw WrongLength(vectors, dimension);
        }

        // One byte more than there should be would be the end of what is read here, and too much.
        var body = await request.BodyReader.ReadAtLeastAsync(request.ContentLength is null ? bytes + 1 : bytes, cancellationToken);
        if (body.Buffer.Length != bytes)
        {
            request.BodyReader.AdvanceTo(body.Buffer.End);
            throw WrongLength(vectors, dimension);
        }

        body.Buffer.CopyTo(MemoryMarshal.AsBytes(Queries));
        request.BodyReader.AdvanceTo(body.Buffer.End);
    }

    public ValueTask<FlushResult> AnswerAsync(HttpResponse response, in SearchHead head, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json; charset=utf-8";
        if (Hits() > LargeAnswer)
        {
            Write(response.BodyWriter, head);
            return response.BodyWriter.FlushAsync(cancellationToken);
        }

        _whole.ResetWrittenCount();
        Write(_whole, head);
        response.ContentLength = _whole.WrittenCount;
        return response.BodyWriter.WriteAsync(_whole.WrittenMemory, cancellationToken);
    }

    public void Dispose() => _json.Dispose();

    private static ProblemException WrongLength(int vectors, int dimension) => new(
        StatusCodes.Status400BadRequest, "invalid-body",
        $"The body must be {vectors} × {dimension} float32 little-endian: {vectors * dimension * sizeof(float)} bytes.");

    private int Hits()
    {
        var hits = 0;
        for (var query = 0; query < Results.Queries; query++)
        {
            hits += Results[query].Length;
        }

        return hits;
    }

    private void Write(IBufferWriter<byte> target, in SearchHead head)
    {
        _json.Reset(target);
        SearchAnswer.Write(_json, head, Results);
        _json.Flush();
        _json.Reset(Stream.Null);
    }

    private void MakeRoom(int floats)
    {
        const int Padding = CacheLine / sizeof(float);
        if (_memory.Length < floats + Padding)
        {
            _memory = GC.AllocateUninitializedArray<float>(floats + Padding, pinned: true); // pinned: it stays where it is aligned
            _first = (int)((CacheLine - (Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) & (CacheLine - 1))) / sizeof(float)) % Padding;
        }

        _length = floats;
    }
}
