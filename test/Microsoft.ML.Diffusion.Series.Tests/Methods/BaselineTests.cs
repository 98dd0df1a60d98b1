using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods;

public class BaselineTests
{
    private const double No = double.NaN;

    // The variable has the mean 4 over both series.
    private static readonly Data.Series s_series = new([0, 1, 4, 5, 9], [No, 2, No, 6, No]);

    private static readonly Data.Series s_unseen = new([3, 7], [No, No]);

    public static TheoryData<string, double[], double[]> Filled => new()
    {
        { "mean", [4, 2, 4, 6, 4], [4, 4] },
        { "forward", [4, 2, 2, 6, 6], [4, 4] },
        { "linear", [2, 2, 5, 6, 6], [4, 4] },
    };

    public static TheoryData<string> Names => ["mean", "forward", "linear"];

    [Theory]
    [MemberData(nameof(Filled))]
    public void A_baseline_fills_as_its_name_says_and_by_real_distances(string name, double[] expected, double[] unseen)
    {
        SeriesImputer imputer = Train(name);
        Assert.Equal(expected, Impute(imputer, s_series));
        Assert.Equal(unseen, Impute(imputer, s_unseen));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_causal_baseline_does_not_change_with_the_future(string name)
    {
        SeriesImputer imputer = Train(name, SeriesDirection.Causal);
        double[] all = Impute(imputer, s_series);
        for (int steps = 1; steps <= s_series.Length; steps++)
        {
            double[] changed = [.. s_series.Cells.Select((cell, t) => t < steps ? cell : 100.0 * t)];
            Assert.Equal(all[..steps], Impute(imputer, s_series with { Cells = changed })[..steps]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_one_after_another_come_out_as_the_whole_series_does(string name)
    {
        SeriesImputer imputer = Train(name, SeriesDirection.Causal);
        foreach (var request in (SeriesRequest[])
            [new(Models.Imputation.ImputationMode.Expectation, 0, 0, 0, null), new(Models.Imputation.ImputationMode.Draw, 3, 4, 1, null)])
        {
            double[] whole = new double[s_series.Length], recorded = new double[1], own = new double[1];
            request.Answer(imputer, s_series, whole, []);
            SeriesStream stream = imputer.Begin(request, []), slow = new RecordedStream(imputer, request, []);
            for (int t = 0; t < s_series.Length; t++)
            {
                stream.Append(s_series.Times[t], [s_series.Cells[t]], own, []);
                slow.Append(s_series.Times[t], [s_series.Cells[t]], recorded, []);
                Assert.Equal(whole[t], own[0]);
                Assert.Equal(whole[t], recorded[0]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Draws_keep_what_was_observed_and_spread_as_errors_do(string name)
    {
        var random = new Tensors.Philox(1);
        double[] walk = new double[400];
        for (int t = 1; t < walk.Length; t++)
            walk[t] = walk[t - 1] + random.Normal((ulong)t);
        double[] times = [.. Enumerable.Range(0, walk.Length).Select(t => (double)t)];
        double[] cells = [.. walk.Select((value, t) => t % 3 == 1 ? No : value)];
        var series = new Data.Series(times, cells);
        SeriesImputationMethod method = SeriesImputationMethods.Find(name)!;
        SeriesImputer imputer = method.Train(new SeriesTable(1, [series]), method.NewOptions());
        double[] guess = Impute(imputer, series);
        double[] one = new double[walk.Length], other = new double[walk.Length], again = new double[walk.Length];
        imputer.Draw(series, one, seed: 1, seriesId: 2, draw: 0);
        imputer.Draw(series, other, seed: 1, seriesId: 2, draw: 1);
        imputer.Draw(series, again, seed: 1, seriesId: 2, draw: 0);
        Assert.Equal(one, again);
        double[] differences = [.. Enumerable.Range(0, walk.Length).Where(t => double.IsNaN(cells[t])).Select(t => one[t] - guess[t])];
        Assert.All(Enumerable.Range(0, walk.Length), t => Assert.Equal(!double.IsNaN(cells[t]), one[t] == other[t]));
        double spread = Math.Sqrt(differences.Average(difference => difference * difference));
        double deviation = Math.Sqrt(walk.Select(value => Math.Pow(value - walk.Average(), 2)).Average());
        (double least, double most) = name == "mean" ? (0.8 * deviation, 1.2 * deviation) : (0.5, 2.0);
        Assert.InRange(spread, least, most);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_baseline_fills_the_same_and_a_damaged_one_is_refused(string name)
    {
        SeriesImputer imputer = Train(name, SeriesDirection.Causal);
        using var file = new MemoryStream();
        imputer.Save(new BinaryWriter(file));
        file.Position = 0;
        SeriesImputer loaded = SeriesImputationMethods.Load(new BinaryReader(file));
        Assert.Equal(name, loaded.Method.Name);
        Assert.Equal(SeriesDirection.Causal, loaded.Direction);
        Assert.Equal(Impute(imputer, s_series), Impute(loaded, s_series));
        for (int length = 0; length < file.Length; length++)
        {
            using var cut = new MemoryStream(file.ToArray()[..length]);
            Assert.Throws<InvalidDataException>(() => SeriesImputationMethods.Load(new BinaryReader(cut)));
        }
    }

    [Fact]
    public void A_variable_that_was_never_observed_stays_missing()
    {
        SeriesImputer imputer = SeriesImputationMethods.Find("linear")!
            .Train(new SeriesTable(2, [new Data.Series([0, 1], [1, No, 2, No])]), SeriesImputationMethods.Find("linear")!.NewOptions());
        Assert.Equal([3, No, 3, 8], Impute(imputer, new Data.Series([0, 1], [No, No, 3, 8])));
    }

    [Fact]
    public void Options_of_another_method_and_tables_without_rows_are_refused()
    {
        SeriesImputationMethod mean = SeriesImputationMethods.Find("Mean")!, linear = SeriesImputationMethods.Find("linear")!;
        Assert.Contains("Linear interpolation", Assert.Throws<ArgumentException>(
            () => mean.Train(new SeriesTable(1, [s_series]), linear.NewOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("no rows", Assert.Throws<InvalidDataException>(
            () => mean.Train(new SeriesTable(1, []), mean.NewOptions())).Message, StringComparison.Ordinal);
        Assert.Null(SeriesImputationMethods.Find("median"));
    }

    private static SeriesImputer Train(string name, SeriesDirection direction = SeriesDirection.Smooth)
    {
        SeriesImputationMethod method = SeriesImputationMethods.Find(name)!;
        SeriesImputerOptions options = method.NewOptions();
        options.Direction = direction;
        return method.Train(new SeriesTable(1, [s_series, s_unseen]), options);
    }

    private static double[] Impute(SeriesImputer imputer, Data.Series series)
    {
        double[] completed = new double[series.Cells.Length];
        imputer.Impute(series, completed);
        return completed;
    }
}
