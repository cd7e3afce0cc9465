using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Rows;

/// <summary>
/// Vectors as one byte per dimension (<see cref="Int4ScanKernel"/>), for the scan, and as float32, row after row, for the few that the scan
/// cannot rule out.
/// </summary>
internal sealed unsafe class CodeSegment : Segment
{
    private const int LargestCode = 255;

    private readonly int _panelBytes;
    private readonly int _fineBytes;
    private readonly byte* _panels;
    private readonly byte* _fine;
    private readonly RowFactors* _factors;

    public CodeSegment(int rows, int dimension, ColumnAllocator allocator)
        : base(rows, dimension, allocator)
    {
        (_panelBytes, _fineBytes) = (Int4ScanKernel.PanelBytes(dimension), Int4ScanKernel.FineBytes(dimension));
        var panels = (long)rows / Int4ScanKernel.Rows * _panelBytes;
        _panels = (byte*)Allocate(ColumnKind.Codes, panels + ((long)rows * _fineBytes)).Pointer;
        _fine = _panels + panels;
        _factors = (RowFactors*)Allocate(ColumnKind.Factors, (long)rows / Int4ScanKernel.Rows * sizeof(RowFactors)).Pointer;
    }

    /// <summary>Largest length of a vector so far; a reader's is at least that of the rows it knows of.</summary>
    public float LargestNorm { get; private set; }

    /// <summary>The panels of upper halves from one on. Valid while the segment is referred to, as for all pointers here.</summary>
    public byte* Panels(int first) => _panels + ((long)first * _panelBytes);

    /// <summary>A row's lower halves.</summary>
    public byte* Fine(int row) => _fine + ((long)row * _fineBytes);

    /// <summary>What codes stand for, from a panel on.</summary>
    public RowFactors* Factors(int panel) => _factors + panel;

    public override byte[] SaveState() => BitConverter.GetBytes(LargestNorm);

    protected override void LoadState(ReadOnlySpan<byte> state) => LargestNorm = MemoryMarshal.Read<float>(state);

    protected override void Write(int row, ReadOnlySpan<float> vector)
    {
        base.Write(row, vector);
        var (panel, lane) = Math.DivRem(row, Int4ScanKernel.Rows);
        var factors = Factors(panel);
        var (least, largest) = (TensorPrimitives.Min(vector), TensorPrimitives.Max(vector));

        // Of a vector whose values are all the same every step will do that is not too small to divide by.
        var step = Math.Max((largest - least) / LargestCode, Math.Max(1e-30f, 1e-6f * Math.Max(largest, -least)));
        factors->SetScale(lane, step, least + (RowFactors.Middle * step));
        double start = factors->Base(lane) - ((double)RowFactors.Middle * factors->Step(lane));
        step = factors->Step(lane);

        Span<byte> bytes = stackalloc byte[vector.Length];
        Span<double> values = stackalloc double[vector.Length], codes = stackalloc double[vector.Length],
        meant = stackalloc double[vector.Length];
        TensorPrimitives.ConvertTruncating(vector, values);
        TensorPrimitives.Subtract(values, start, codes);
        TensorPrimitives.Divide(codes, step, codes);
        TensorPrimitives.Round(codes, codes);
        TensorPrimitives.Clamp(codes, 0, LargestCode, codes);
        TensorPrimitives.ConvertTruncating(codes, bytes);
        Int4ScanKernel.Write(Panels(panel), lane, bytes);
        Int4ScanKernel.WriteFine(Fine(row), bytes);

        TensorPrimitives.Multiply(codes, step, meant);
        TensorPrimitives.Add(meant, start, meant);
        var fineError = TensorPrimitives.Distance<double>(values, meant);
        TensorPrimitives.Multiply(codes, 1.0 / Int4ScanKernel.HalfUnit, codes);
        TensorPrimitives.Floor(codes, codes);
        TensorPrimitives.Multiply(codes, Int4ScanKernel.HalfUnit * (double)step, meant);
        TensorPrimitives.Add(meant, start + (RowFactors.Middle * (double)step), meant);
        var error = TensorPrimitives.Distance<double>(values, meant);

        factors->SetErrors(lane, (float)error * 1.000001f, (float)fineError * 1.000001f); // rounded up: they are bounds
        LargestNorm = Math.Max(LargestNorm, (float)TensorPrimitives.Norm<double>(values) * 1.000001f);
    }
}
