using ImageSearch.Index.Quality;

namespace ImageSearch.Index.Tests.Quality;

/// <summary>The tuner against a model of an index: a curve of the recall over ef, and answers drawn from it.</summary>
public sealed class EfTunerTests
{
    private const int K = 10;
    private const int Maximum = 4096;

    /// <summary>Standard errors that nobody can tell apart.</summary>
    private const double Noise = 3.5;

    /// <summary>Curves from easy to hopeless, targets, where it starts, how unlike queries are, and what chance is drawn from.</summary>
    public static TheoryData<double, double, double, int, double, int> Models()
    {
        var models = new TheoryData<double, double, double, int, double, int>();
        var random = new Random(20);
        for (var i = 0; i < 24; i++)
        {
            models.Add(
                0.5 + (2.5 * random.NextDouble()), 0.5 + (0.8 * random.NextDouble()), new[] { 0.8, 0.9, 0.95, 0.98, 0.99, 0.999 }[random.Next(6)],
                new[] { 10, 64, 200, 1000 }[random.Next(4)], random.NextDouble() * 0.5, i);
        }

        return models;
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Decide_AnyCurve_FindsTheSmallestEfThatHoldsTheTargetAndStays(double a, double b, double target, int start, double unlike, int seed)
    {
        var model = new Model(a, b, unlike, new Random(seed));
        var tuner = new EfTuner(new EfLadder(start, Maximum), target);
        Run(tuner, model, 50_000);
        var moves = tuner.Moves;
        var levels = Run(tuner, model, 20_000);

        Assert.All(levels, level => Assert.True(
            IsRight(tuner.Ladder, level, model, target), $"ef {tuner.Ladder[level]} has recall {model.Recall(tuner.Ladder[level])}, the target is {target}."));
        Assert.InRange(tuner.Moves - moves, 0, 1);
        Assert.True(tuner.IsSettled);
    }

    [Fact]
    public void Decide_RecallFarBelow_RisesQuickly()
    {
        var tuner = new EfTuner(new EfLadder(10, Maximum), 0.99);
        Run(tuner, new Model(2, 0.7, 0.2, new Random(1)), 1500);

        Assert.InRange(tuner.Ef, 500, Maximum);
    }

    [Fact]
    public void Decide_FewSamples_StaysWhereItIs()
    {
        var tuner = new EfTuner(new EfLadder(64, Maximum), 0.99);
        Run(tuner, new Model(2, 0.5, 0, new Random(1)), 63);

        Assert.Equal((64, 0, false), (tuner.Ef, tuner.Moves, tuner.IsSettled));
    }

    [Fact]
    public void Decide_TargetOutOfReach_StopsAtTheMaximum()
    {
        var tuner = new EfTuner(new EfLadder(64, 100), 0.99);
        Run(tuner, new Model(5, 0.5, 0, new Random(1)), 20_000);

        Assert.Equal(100, tuner.Ef);
        Assert.True(tuner.IsSettled);
    }

    [Fact]
    public void Decide_PerfectRecall_GoesDownToWhatASearchLooksAtAnyway()
    {
        var tuner = new EfTuner(new EfLadder(64, Maximum), 0.99);
        Run(tuner, new Model(0, 1, 0, new Random(1)), 20_000);

        Assert.InRange(tuner.Ef, 10, 11);
    }

    [Fact]
    public void Follow_IndexBecameAnother_IsNoLongerSettledAndFindsTheNewEf()
    {
        var tuner = new EfTuner(new EfLadder(64, Maximum), 0.95);
        tuner.Follow(1000);
        Run(tuner, new Model(0.8, 0.8, 0.1, new Random(1)), 20_000);
        var before = tuner.Ef;
        Assert.True(tuner.IsSettled);

        tuner.Follow(1200);
        Assert.True(tuner.IsSettled);
        tuner.Follow(2000);
        Assert.False(tuner.IsSettled);
        var harder = new Model(2, 0.6, 0.1, new Random(2));
        Run(tuner, harder, 40_000);

        Assert.True(tuner.Ef > before);
        Assert.True(IsRight(tuner.Ladder, tuner.Level, harder, 0.95));
    }

    [Fact]
    public void Off_Anything_LeavesEfAlone()
    {
        var tuner = new EfTuner(new EfLadder(64, Maximum), 0);

        Assert.Equal((false, true, 64), (tuner.IsOn, tuner.IsSettled, tuner.Ef));
    }

    [Theory]
    [InlineData(64, 4096)]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(5, 7)]
    [InlineData(1, 1)]
    public void Ladder_RisesFromItsStartToTheMaximumInSmallSteps(int start, int maximum)
    {
        var ladder = new EfLadder(start, maximum);
        var values = Enumerable.Range(0, ladder.Count).Select(level => ladder[level]).ToArray();

        Assert.Equal(start, ladder[ladder.Start]);
        Assert.Equal(maximum, values[^1]);
        Assert.Equal(values.Distinct().Order(), values);
        Assert.All(values.Zip(values.Skip(1)), step => Assert.InRange(step.Second, step.First + 1, Math.Max(step.First + 1, (step.First * 1.2) + 1)));
    }

    /// <summary>Reaches the target, as far as samples can tell, and the next smaller does not.</summary>
    private static bool IsRight(EfLadder ladder, int level, Model model, double target)
    {
        var margin = Noise * model.Deviation(ladder[level]) / Math.Sqrt(2048);
        var holds = model.Recall(ladder[level]) >= target - margin || level == ladder.Count - 1;
        // The smallest that does, within a step: of two steps down it is certain.
        return holds && (level < 2 || model.Recall(ladder[level - 2]) < target + margin);
    }

    private static HashSet<int> Run(EfTuner tuner, Model model, int samples)
    {
        var levels = new HashSet<int>();
        for (var i = 0; i < samples; i++)
        {
            var level = tuner.Level;
            foreach (var other in new[] { level - 1, level, level + 1 }.Where(other => other >= 0 && other < tuner.Ladder.Count))
            {
                tuner.Add(other, model.Draw(tuner.Ladder[other]));
            }

            tuner.Decide();
            levels.Add(tuner.Level);
        }

        return levels;
    }

    /// <param name="unlike">0: every query is as hard as any other; 0.5: some find nearly everything, others little.</param>
    private sealed class Model(double a, double b, double unlike, Random random)
    {
        public double Recall(int ef) => Math.Max(0, 1 - (a * Math.Pow(ef, -b)));

        /// <summary>Of the recall of one query.</summary>
        public double Deviation(int ef) => Math.Sqrt((Recall(ef) * (1 - Recall(ef)) / K) + Math.Pow(unlike * (1 - Recall(ef)), 2));

        public Recall Draw(int ef)
        {
            var miss = (1 - Recall(ef)) * (1 + (random.Next(2) == 0 ? unlike : -unlike));
            return new Recall(Enumerable.Range(0, K).Count(_ => random.NextDouble() >= miss), K);
        }
    }
}
