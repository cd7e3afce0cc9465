using System.Buffers.Binary;
using System.IO.Hashing;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Tests.Snapshots;

/// <summary>The container: what was written is read, and nothing else is ever taken for it.</summary>
public sealed class SnapshotFileTests : IDisposable
{
    private static readonly SnapshotHeader Header = new(
        new SnapshotIdentity("layout", "1.0", 512, 2, 4),
        new IndexKind("Hnsw", new Dictionary<string, long> { ["M"] = 16, ["EfConstruction"] = 200 }),
        Position: "4711",
        new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero),
        SegmentRows: 4096,
        Segments: 3,
        Alive: 10_000);

    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.Combine("a.snapshot");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_WhatWasWritten_IsReadAndSound()
    {
        var contents = Write();

        using var reader = SnapshotReader.Open(File);
        reader.Verify(2, TestContext.Current.CancellationToken);

        Assert.Equal(Header.Identity, reader.Header.Identity);
        Assert.Equal(Header.Kind, reader.Header.Kind);
        Assert.NotEqual(Header.Kind with { Parameters = new Dictionary<string, long> { ["M"] = 16, ["EfConstruction"] = 100 } }, reader.Header.Kind);
        Assert.Equal(
            (Header.Position, Header.SavedAt, Header.SegmentRows, Header.Segments, Header.Alive),
            (reader.Header.Position, reader.Header.SavedAt, reader.Header.SegmentRows, reader.Header.Segments, reader.Header.Alive));
        Assert.All(contents, pair => Assert.Equal(pair.Value, reader.Read(pair.Key.Name, pair.Key.Segment)));
        Assert.All(reader.Sections, section => Assert.Equal(0, section.Offset % SnapshotFile.Alignment));
        Assert.Null(reader.Find("Vectors", 2));
        Assert.Throws<InvalidSnapshotException>(() => reader.Get("Vectors", 2));
    }

    [Fact]
    public unsafe void Map_AfterItWasReplaced_KeepsWhatItMapped()
    {
        var contents = Write();
        MappedFile map;
        SnapshotSection section;
        using (var reader = SnapshotReader.Open(File))
        {
            map = reader.Map();
            section = reader.Get("Vectors", 0);
        }

        Write(seed: 2);

        Assert.Equal(contents[("Vectors", 0)], new ReadOnlySpan<byte>(map.Pointer + section.Offset, (int)section.Length).ToArray());
    }

    [Fact]
    public void Open_AnyByteOfTheHeaderChanged_IsRefused()
    {
        Write();
        var bytes = System.IO.File.ReadAllBytes(File);
        var header = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        for (var i = 0; i < header; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            Assert.True(Refusal(changed) is { Length: > 0 }, $"the change of byte {i} was not found");
        }
    }

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        Write();
        var bytes = System.IO.File.ReadAllBytes(File);
        List<long> ends = [0, 1, SnapshotFile.Preamble, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12)), bytes.Length];
        using (var reader = SnapshotReader.Open(File))
        {
            ends.AddRange(reader.Sections.SelectMany(section => new[] { section.Offset, section.Offset + section.Length }));
        }

        foreach (var length in ends.SelectMany(end => new[] { end - 1, end, end + 1 }).Where(length => length >= 0 && length < bytes.Length))
        {
            Assert.NotNull(Refusal(bytes[..(int)length]));
        }

        Assert.Contains("was written with", Refusal([.. bytes, 0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AnySectionDamaged_IsFound()
    {
        Write();
        var bytes = System.IO.File.ReadAllBytes(File);
        SnapshotSection[] sections;
        using (var reader = SnapshotReader.Open(File))
        {
            sections = [.. reader.Sections];
        }

        var random = new Random(1);
        foreach (var section in sections.Where(section => section.Length > 0))
        {
            foreach (var offset in new[] { section.Offset, section.Offset + section.Length - 1, section.Offset + random.NextInt64(section.Length) })
            {
                var changed = bytes.ToArray();
                changed[offset] ^= (byte)(1 << random.Next(8));
                Assert.Contains($"section {section.Name} of segment {section.Segment} is damaged", Refusal(changed), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Open_AnotherFormatOrAnotherFile_SaysSo()
    {
        Write();
        var bytes = System.IO.File.ReadAllBytes(File);
        foreach (var version in new[] { SnapshotFile.FormatVersion - 1, SnapshotFile.FormatVersion + 1 })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), version);
            Assert.Contains($"format is version {version}", Refusal(bytes), StringComparison.Ordinal);
        }

        var random = new Random(1);
        for (var round = 0; round < 100; round++)
        {
            var noise = new byte[random.Next(10_000)];
            random.NextBytes(noise);
            Assert.Contains("no snapshot", Refusal(noise), StringComparison.Ordinal);
            SnapshotFile.Magic.CopyTo(noise.Length > 8 ? noise : new byte[8]);
            Assert.NotNull(Refusal(noise));
        }
    }

    [Theory]
    [InlineData(4096, -1)]
    [InlineData(4096, long.MinValue)]
    [InlineData(4096, long.MaxValue)]
    [InlineData(4096, 8193)]
    [InlineData(-4096, 10)]
    [InlineData(0, 10)]
    [InlineData(4097, 10)]
    [InlineData(1L << 62, 10)]
    [InlineData(long.MaxValue - 4095, 4096)]
    public void Decode_SectionThatCannotBe_IsRefused(long offset, long length) =>
        Refused(new SnapshotSection("Ids", 0, offset, length, 0));

    [Fact]
    public void Decode_SectionsThatCannotBe_AreRefused()
    {
        var ids = new SnapshotSection("Ids", 0, 4096, 4097, 0);
        Refused(ids, ids with { Name = "Vectors", Offset = 8192 }); // overlaps
        Refused(ids, ids with { Offset = 8192 + 4096, Length = 0 }); // twice
        Refused(ids with { Segment = 3 });
        Refused(ids with { Segment = -2 });
        Refused(ids with { Name = "\u0001" });
    }

    [Fact]
    public void Decode_RandomHeaderWithAValidChecksum_NeverCrashes()
    {
        var random = new Random(1);
        var bytes = SnapshotHeaderCodec.Encode(Header, [new SnapshotSection("Ids", 0, 4096, 10, 1)], 5000);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = bytes.ToArray();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                changed[random.Next(SnapshotFile.Preamble, bytes.Length - 8)] = (byte)random.Next(256);
            }

            BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(bytes.Length - 8), XxHash64.HashToUInt64(changed.AsSpan(0, bytes.Length - 8)));
            try
            {
                var (_, sections) = SnapshotHeaderCodec.Decode(changed, 5000);
                Assert.All(sections, section => Assert.InRange(section.Offset + section.Length, 0, 5000));
            }
            catch (InvalidSnapshotException)
            {
                // refused, as it should be
            }
        }
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesWhatWasThere()
    {
        Write();
        var before = System.IO.File.ReadAllBytes(File);
        using (var writer = new SnapshotWriter(File, Header, 3))
        {
            writer.Add("Ids", 0, [1, 2, 3]);
            Assert.Equal(2, Directory.GetFiles(_directory.Path).Length);
        }

        Assert.Equal([File], Directory.GetFiles(_directory.Path));
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public async Task Commit_TwoReplicasAtOnce_AlwaysLeavesOneWholeFile()
    {
        Write();
        using var done = new CancellationTokenSource();
        var replicas = Enumerable.Range(1, 2).Select(replica => Task.Run(() =>
        {
            for (var i = 0; i < 30; i++)
            {
                Write((100 * replica) + i);
            }
        })).ToArray();
        var reading = Task.Run(() =>
        {
            var reads = 0;
            for (; !done.IsCancellationRequested || reads == 0; reads++)
            {
                using var reader = SnapshotReader.Open(File);
                reader.Verify(1, default);
            }

            return reads;
        });

        await Task.WhenAll(replicas);
        await done.CancelAsync();
        Assert.NotEqual(0, await reading);
        Assert.Equal([File], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Prepare_WhatADeadProcessLeft_IsRemovedAndWhatIsBeingWrittenStays()
    {
        Write();
        var left = File + ".0123.partial";
        System.IO.File.WriteAllText(left, "half a snapshot");
        using var writer = new SnapshotWriter(File, Header, 3);
        writer.Add("Ids", 0, [1, 2, 3]);

        Assert.Equal(1, new SnapshotDirectory(_directory.Path).Prepare());

        Assert.False(System.IO.File.Exists(left));
        writer.Commit();
        using var reader = SnapshotReader.Open(File);
        Assert.Equal([1, 2, 3], reader.Read("Ids", 0));
    }

    [Fact]
    public void PathOf_AnyModelAndVersion_StaysInTheDirectory()
    {
        var directory = new SnapshotDirectory(_directory.Path);

        var path = directory.PathOf(new SnapshotIdentity("../a b", "1/2", 8, 0, 1));

        Assert.Equal(_directory.Path, Path.GetDirectoryName(path));
    }

    private static void Refused(params SnapshotSection[] sections)
    {
        const int FileLength = 4096 + 8192;
        var bytes = SnapshotHeaderCodec.Encode(Header, sections, FileLength);
        Assert.Throws<InvalidSnapshotException>(() => SnapshotHeaderCodec.Decode(bytes, FileLength));
    }

    private string? Refusal(byte[] bytes)
    {
        var path = _directory.Combine("changed.snapshot");
        System.IO.File.WriteAllBytes(path, bytes);
        try
        {
            using var reader = SnapshotReader.Open(path);
            reader.Verify(2, TestContext.Current.CancellationToken);
            return null;
        }
        catch (InvalidSnapshotException e)
        {
            return e.Message;
        }
    }

    private Dictionary<(string Name, int Segment), byte[]> Write(int seed = 1)
    {
        var random = new Random(seed);
        var contents = new Dictionary<(string Name, int Segment), byte[]>();
        using var writer = new SnapshotWriter(File, Header, 5);
        foreach (var (name, segment, length) in new[] { ("Ids", 0, 5000), ("Vectors", 0, 600_000), ("Ids", 2, 1), ("TagSets", -1, 77), ("Dead", 2, 0) })
        {
            var content = new byte[length];
            random.NextBytes(content);
            contents[(name, segment)] = content;
            writer.Add(name, segment, content);
        }

        writer.Commit();
        return contents;
    }
}
