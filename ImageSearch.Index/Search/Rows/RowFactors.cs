using System.Runtime.Intrinsics;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Rows;

/// <summary>
/// What the codes of 16 rows stand for, two cache lines: with c a code from 0 to 255, base + step · (c - 7.5). So the upper half h = c / 16
/// alone stands for base + 16 · step · h, the middle of what it may be. Numbers are the upper halves of floats: the codes are made
/// to fit them, so nothing is lost but the last per cent of precision.
/// </summary>
internal unsafe struct RowFactors
{
    private fixed ushort _steps[Int4ScanKernel.Rows];
    private fixed ushort _bases[Int4ScanKernel.Rows];
    private fixed ushort _errors[Int4ScanKernel.Rows];
    private fixed ushort _fineErrors[Int4ScanKernel.Rows];

    /// <summary>The middle of the codes that have the same upper half.</summary>
    public const float Middle = 7.5f;

    public readonly float Step(int lane) => Float(_steps[lane]);

    public readonly float Base(int lane) => Float(_bases[lane]);

    /// <summary>Length of the difference between a row's vector and what its upper halves stand for, or a little more.</summary>
    public readonly float Error(int lane) => Float(_errors[lane]);

    /// <summary>The same for the whole codes.</summary>
    public readonly float FineError(int lane) => Float(_fineErrors[lane]);

    public void SetScale(int lane, float step, float @base) => (_steps[lane], _bases[lane]) = (RoundUp(step), (ushort)(Bits(@base) >> 16));

    public void SetErrors(int lane, float error, float fineError) =>
        (_errors[lane], _fineErrors[lane]) = (RoundUp(error), RoundUp(fineError));

    /// <summary>All rows' at once.</summary>
    public static void Load(RowFactors* factors, out Vector512<float> steps, out Vector512<float> bases, out Vector512<float> errors)
    {
        var first = Vector512.Load(factors->_steps);
        steps = Floats(Vector512.WidenLower(first));
        bases = Floats(Vector512.WidenUpper(first));
        errors = Floats(Vector512.WidenLower(Vector512.Load(factors->_errors)));
    }

    private static Vector512<float> Floats(Vector512<uint> halves) => Vector512.ShiftLeft(halves, 16).AsSingle();

    private static float Float(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);

    private static ushort RoundUp(float positive) => (ushort)((Bits(positive) + 0xFFFF) >> 16);

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
