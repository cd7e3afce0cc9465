using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Tests.Search;

public sealed class IdMapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnyHistory_EqualsADictionary(int seed)
    {
        var random = new Random(seed);
        var ids = new List<ImageId>();
        var map = new IdMap(row => ids[row]);
        var truth = new Dictionary<ImageId, int>();
        for (var step = 0; step < 50_000; step++)
        {
            var id = Vectors.Id(random.Next(3000));
            if (random.Next(3) == 0)
            {
                Assert.Equal(truth.Remove(id, out var expected), map.Remove(id, out var row));
                Assert.True(row == expected || row == -1);
            }
            else
            {
                ids.Add(id);
                truth[id] = ids.Count - 1;
                map.Set(id, ids.Count - 1);
            }

            Assert.Equal(truth.Count, map.Count);
        }

        for (var number = 0; number < 3000; number++)
        {
            Assert.Equal(truth.TryGetValue(Vectors.Id(number), out var expected), map.TryGet(Vectors.Id(number), out var row));
            Assert.Equal(truth.ContainsKey(Vectors.Id(number)) ? expected : -1, row);
        }
    }

    [Fact]
    public void ManyIds_TakeLessThanNineBytesEach()
    {
        var map = new IdMap(Vectors.Id);
        for (var number = 0; number < 20_000; number++)
        {
            map.Add(Vectors.Id(number), number);
        }

        Assert.InRange(map.Bytes, 5 * 20_000, 9 * 20_000);
    }
}
