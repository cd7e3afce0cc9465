using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Tests.Search;

public sealed unsafe class AlignedMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(64 * 1024)]
    [InlineData((2 * 1024 * 1024) - 1)]
    [InlineData(2 * 1024 * 1024)]
    [InlineData((8 * 1024 * 1024) + 12345)]
    public void New_AnySize_IsZeroedAndAligned(int bytes)
    {
        var memory = new AlignedMemory(bytes);
        var span = new Span<byte>(memory.Pointer, bytes);

        Assert.Equal(0u, (nuint)memory.Pointer % (bytes < 2 * 1024 * 1024 ? 64u : 2u * 1024 * 1024));
        Assert.Equal(-1, span.IndexOfAnyExcept((byte)0));
        span.Fill(0xAB);
        Assert.Equal(-1, span.IndexOfAnyExcept((byte)0xAB));
        GC.KeepAlive(memory);
    }

    [Fact]
    public void New_MoreThanThereIs_Throws() => Assert.ThrowsAny<OutOfMemoryException>(() => new AlignedMemory(1L << 60));

    [Fact]
    public void New_NothingWritten_TakesNoMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere it is zeroed, which is writing");
        const long Bytes = 256L * 1024 * 1024;
        var before = Resident();
        var memory = new AlignedMemory(Bytes);
        *(byte*)memory.Pointer = 1;
        var taken = Resident() - before;
        GC.KeepAlive(memory);

        Assert.True(taken < Bytes / 2, $"{taken} bytes for one of {Bytes} that was written");
    }

    private static long Resident() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
