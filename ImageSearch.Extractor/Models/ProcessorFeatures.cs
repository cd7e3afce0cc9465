using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ImageSearch.Extractor.Models;

/// <summary>What this processor can do that networks gain by.</summary>
/// <param name="ByteDotProducts">Sums of products of bytes in one instruction: AVX-512 VNNI, AVX-VNNI or Arm's dot products.</param>
internal sealed record ProcessorFeatures(bool ByteDotProducts)
{
    private const int Avx512Vnni = 1 << 11;

    public static ProcessorFeatures Current { get; } = new(Dp.IsSupported || AvxVnni.IsSupported || HasAvx512Vnni());

    // .NET has no class for it. Avx512F says that the operating system saves the registers, too.
    private static bool HasAvx512Vnni() => Avx512F.IsSupported && (X86Base.CpuId(7, 0).Ecx & Avx512Vnni) != 0;
}
