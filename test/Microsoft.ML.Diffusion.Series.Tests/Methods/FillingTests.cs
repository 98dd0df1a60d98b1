using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Brits;
using Microsoft.ML.Diffusion.Series.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Methods.GaussianProcess;
using Microsoft.ML.Diffusion.Series.Methods.GpVae;
using Microsoft.ML.Diffusion.Series.Methods.Saits;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods;

public class FillingTests
{
    public static TheoryData<string> Methods => ["blend", "smoother", "gaussian-process", "gp-vae", "csdi", "saits", "brits"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Observed_cells_stay_and_missing_ones_are_filled(string method)
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(20, 12, 0.3);
        SeriesImputer imputer = Train(method, holes);
        foreach (Data.Series series in holes.Items)
        {
            double[] filled = Fill(imputer, series);
            for (int i = 0; i < filled.Length; i++)
            {
                if (double.IsNaN(series.Cells[i]))
                    Assert.True(double.IsFinite(filled[i]));
                else
                    Assert.Equal(series.Cells[i], filled[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_saved_imputer_fills_and_draws_the_same_bits(string method)
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(20, 12, 0.3);
        SeriesImputer imputer = Train(method, holes), loaded = Load(Save(imputer));
        Assert.Equal(Save(imputer), Save(loaded));
        foreach (Data.Series series in holes.Items)
        {
            Assert.Equal(Fill(imputer, series), Fill(loaded, series));
            Assert.Equal(Draw(imputer, series, 1, 5), Draw(loaded, series, 1, 5));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Changed_bytes_are_refused_or_make_another_sound_imputer(string method)
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(12, 8, 0.3);
        byte[] saved = Save(Train(method, holes));
        // The frame has a checksum: without it, what is inside must be checked by itself.
        const int Frame = 20;
        byte[] content = saved[Frame..];
        int refused = 0;
        for (int i = 0; i < content.Length; i += 1 + content.Length / 300)
        {
            byte[] changed = (byte[])content.Clone();
            changed[i] ^= 0x90;
            using var reader = new BinaryReader(new MemoryStream(changed));
            try
            {
                SeriesImputer imputer = Models.Persistence.CheckedReading.Guard(() => ReadContent(reader));
                Fill(imputer, holes.Items[0]);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.True(refused > 0);
        saved[^3] ^= 1;
        Assert.Throws<InvalidDataException>(() => Load(saved));
    }

    [Theory]
    [InlineData("blend")]
    [InlineData("smoother")]
    [InlineData("gaussian-process")]
    [InlineData("csdi")]
    [InlineData("saits")]
    [InlineData("brits")]
    public void The_same_seed_gives_the_same_bytes_on_one_thread_and_on_three(string method)
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(20, 12, 0.3);
        Assert.Equal(Save(Train(method, holes, threads: 1)), Save(Train(method, holes, threads: 3)));
    }

    [Fact]
    public void Correlated_series_are_filled_better_by_the_default_than_by_mean_and_line()
    {
        (SeriesTable whole, SeriesTable holes) = SimulatedSeries.Table(150, 24, 0.6, shape: x => Math.Exp(0.7 * x));
        SeriesImputer blend = Train("blend", holes, small: false);
        double own = SimulatedSeries.Error(whole, holes, series => Fill(blend, series));
        double mean = SimulatedSeries.Error(whole, holes, series => Means(holes, series)), line = SimulatedSeries.Error(whole, holes, Line);
        Assert.True(own < 0.8 * mean, $"{own} against {mean}");
        Assert.True(own < 0.95 * line, $"{own} against {line}");
    }

    [Theory]
    [InlineData("blend")]
    [InlineData("smoother")]
    public void Intervals_hold_as_many_values_as_they_should(string method)
    {
        (SeriesTable whole, SeriesTable holes) = SimulatedSeries.Table(300, 24, 0.3, shape: x => Math.Exp(0.7 * x));
        SeriesImputer imputer = Train(method, holes);
        int inside = 0, count = 0;
        for (int s = 0; s < holes.Items.Count; s++)
        {
            double[] cells = holes.Items[s].Cells, filled = new double[cells.Length];
            var uncertainties = new CellUncertainty[cells.Length];
            imputer.Impute(holes.Items[s], filled, uncertainties, 0.8);
            for (int i = 0; i < cells.Length; i++)
            {
                if (!double.IsNaN(cells[i]))
                    continue;
                count++;
                Assert.InRange(filled[i], uncertainties[i].Lower, uncertainties[i].Upper);
                double truth = whole.Items[s].Cells[i];
                inside += truth >= uncertainties[i].Lower && truth <= uncertainties[i].Upper ? 1 : 0;
            }
        }
        Assert.InRange((double)inside / count, 0.73, 0.87);
    }

    [Theory]
    [InlineData("blend")]
    [InlineData("smoother")]
    [InlineData("gaussian-process")]
    public void A_causal_imputer_never_looks_ahead(string method)
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(30, 16, 0.3);
        SeriesImputer imputer = Train(method, holes, direction: SeriesDirection.Causal);
        Data.Series series = holes.Items[3];
        const int Kept = 8 * 3;
        double[] changed = [.. series.Cells.Select((x, i) => i < Kept ? x : double.IsNaN(x) ? 1 : i % 2 == 0 ? double.NaN : 2 - x)];
        Data.Series other = series with { Cells = changed };
        Assert.Equal(Fill(imputer, series)[..Kept], Fill(imputer, other)[..Kept]);
        Assert.Equal(Draw(imputer, series, 1, 2)[..Kept], Draw(imputer, other, 1, 2)[..Kept]);
    }

    [Fact]
    public void A_draw_depends_on_its_three_numbers_and_spreads_around_the_guess()
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(40, 16, 0.3);
        SeriesImputer imputer = Train("blend", holes);
        Data.Series series = holes.Items[1];
        Assert.Equal(Draw(imputer, series, 1, 2), Draw(imputer, series, 1, 2));
        Assert.NotEqual(Draw(imputer, series, 1, 2), Draw(imputer, series, 1, 3));
        Assert.NotEqual(Draw(imputer, series, 1, 2), Draw(imputer, series, 2, 2));
        double[][] both = [new double[series.Cells.Length], new double[series.Cells.Length]];
        imputer.Draws(series, both, 1, 2);
        Assert.Equal(Draw(imputer, series, 1, 2), both[0]);
        Assert.NotEqual(both[0], both[1]);
        double[] guess = Fill(imputer, series), mean = new double[guess.Length];
        const int Draws = 400;
        for (int draw = 0; draw < Draws; draw++)
        {
            double[] own = new double[guess.Length];
            imputer.Draw(series, own, 1, 2, draw);
            for (int i = 0; i < own.Length; i++)
                mean[i] += own[i] / Draws;
        }
        for (int i = 0; i < guess.Length; i++)
            Assert.Equal(guess[i], mean[i], 0.5);
    }

    [Fact]
    public void A_variable_that_was_never_observed_stays_missing()
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(12, 8, 0.2);
        var items = holes.Items.Select(series => series with { Cells = [.. series.Cells.Select((x, i) => i % 3 == 2 ? double.NaN : x)] });
        SeriesTable table = holes with { Items = [.. items] };
        double[] filled = Fill(Train("blend", table), table.Items[0]);
        Assert.All(filled.Where((_, i) => i % 3 == 2), x => Assert.True(double.IsNaN(x)));
        Assert.All(filled.Where((_, i) => i % 3 != 2), x => Assert.True(double.IsFinite(x)));
    }

    [Fact]
    public void One_series_with_one_step_is_filled()
    {
        var table = new SeriesTable(2, [new Data.Series([5], [1, double.NaN]), new Data.Series([1], [3, 4])]);
        Assert.Equal(1, Fill(Train("blend", table), table.Items[0])[0]);
    }

    private static SeriesImputer Train(
        string method, SeriesTable table, int? threads = 2, bool small = true, SeriesDirection direction = SeriesDirection.Smooth)
    {
        SeriesImputerOptions options = method switch
        {
            "blend" => new BlendOptions { Steps = small ? 10 : 60, NetworkSteps = small ? 20 : 300, NetworkWidth = 16, Passes = 2 },
            "smoother" => new SmootherOptions { Steps = 20 },
            "gaussian-process" => new GaussianProcessOptions { Steps = 20 },
            "csdi" => new SeriesCsdiOptions
            {
                Steps = 8, Channels = 8, Blocks = 1, DiffusionSteps = 6, Epochs = 2, BatchSize = 4, ExpectationDraws = 3,
            },
            "saits" => new SaitsOptions { Steps = 8, Width = 8, Heads = 2, Layers = 1, Epochs = 2, BatchSize = 4 },
            "brits" => new BritsOptions { Steps = 8, Width = 6, Epochs = 2, BatchSize = 4 },
            _ => new GpVaeOptions { Steps = 8, Latents = 3, Encoder = [6, 5], Decoder = [6], Window = 3, Epochs = 2 },
        };
        (options.Threads, options.Direction, options.Seed) = (threads, direction, 3);
        return options.Registration.Train(table, options);
    }

    private static double[] Fill(SeriesImputer imputer, Data.Series series)
    {
        double[] filled = new double[series.Cells.Length];
        imputer.Impute(series, filled);
        return filled;
    }

    private static double[] Draw(SeriesImputer imputer, Data.Series series, ulong seed, ulong id)
    {
        double[] filled = new double[series.Cells.Length];
        imputer.Draw(series, filled, seed, id, 0);
        return filled;
    }

    private static byte[] Save(SeriesImputer imputer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        imputer.Save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static SeriesImputer Load(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return SeriesImputationMethods.Load(reader);
    }

    private static SeriesImputer ReadContent(BinaryReader reader)
    {
        string name = reader.ReadString();
        SeriesImputationMethod method = SeriesImputationMethods.Find(name) ?? throw new InvalidDataException($"There is no method {name}.");
        return method.Load(reader);
    }

    private static double[] Means(SeriesTable table, Data.Series series)
    {
        Standardization scale = Standardization.Of(table);
        return [.. series.Cells.Select((x, i) => double.IsNaN(x) ? scale.Means[i % 3] : x)];
    }

    private static double[] Line(Data.Series series)
    {
        double[] filled = (double[])series.Cells.Clone();
        for (int i = 0; i < filled.Length; i++)
        {
            if (!double.IsNaN(series.Cells[i]))
                continue;
            int before = i, after = i;
            while (before >= 0 && double.IsNaN(series.Cells[before]))
                before -= 3;
            while (after < filled.Length && double.IsNaN(series.Cells[after]))
                after += 3;
            (before, after) = (before < 0 ? after : before, after >= filled.Length ? before : after);
            double distance = series.Times[after / 3] - series.Times[before / 3];
            double share = distance == 0 ? 0 : (series.Times[i / 3] - series.Times[before / 3]) / distance;
            filled[i] = series.Cells[before] + share * (series.Cells[after] - series.Cells[before]);
        }
        return filled;
    }
}
