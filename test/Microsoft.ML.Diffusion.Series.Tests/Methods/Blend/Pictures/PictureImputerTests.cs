using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Blend.Pictures;

public class PictureImputerTests
{
    private const int Pixels = MovingBars.Side * MovingBars.Side;

    private static readonly Lazy<Trained> s_hiding = new(() => Train(MovingBars.Make(120, 0.8f, 0.4f)));
    private static readonly Lazy<Trained> s_causal = new(() => Train(MovingBars.Make(60, 0.5f, 0.5f), SeriesDirection.Causal, steps: 40));
    private static readonly Lazy<Trained> s_grey = new(() => Train(MovingBars.Make(60, 0.5f, 0.5f, isGrey: true)));

    [Fact]
    public void The_default_fills_pictures_whose_ones_hide_as_often_as_they_do()
    {
        Trained own = s_hiding.Value;
        Assert.IsType<PictureImputer>(own.Imputer);
        (double error, double guessed, double true_) = Errors(own);
        Assert.True(error < 0.1, $"{error} of the hidden pixels are wrong");
        Assert.Equal(true_, guessed, 0.05);
        Assert.Contains(own.Messages, message => message.Contains("pictures of 8 x 8 pixels", StringComparison.Ordinal));
        Assert.Contains(own.Messages, message => message.Contains("times the odds of a 0 of being missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Grey_pictures_are_filled_and_their_intervals_hold_the_truth()
    {
        Trained own = s_grey.Value;
        int inside = 0, count = 0;
        double squares = 0;
        for (int s = 0; s < own.Holes.Items.Count; s++)
        {
            Data.Series series = own.Holes.Items[s];
            double[] filled = new double[series.Cells.Length];
            var sure = new CellUncertainty[filled.Length];
            own.Imputer.Impute(series, filled, sure, 0.8);
            for (int i = 0; i < filled.Length; i++)
            {
                double truth = own.Whole.Items[s].Cells[i];
                Assert.InRange(filled[i], sure[i].Lower, sure[i].Upper);
                if (!double.IsNaN(series.Cells[i]))
                {
                    Assert.Equal(truth, filled[i]);
                    continue;
                }
                count++;
                squares += (filled[i] - truth) * (filled[i] - truth);
                inside += truth >= sure[i].Lower && truth <= sure[i].Upper ? 1 : 0;
            }
        }
        // The deviation of all pixels is .37.
        Assert.InRange(Math.Sqrt(squares / count), 0, 0.2);
        Assert.InRange((double)inside / count, 0.7, 0.95);
    }

    [Fact]
    public void A_saved_model_fills_and_draws_the_same_bits()
    {
        foreach (Trained own in (Trained[])[s_hiding.Value, s_causal.Value, s_grey.Value])
        {
            byte[] saved = Save(own.Imputer);
            using var reader = new BinaryReader(new MemoryStream(saved));
            SeriesImputer loaded = SeriesImputationMethods.Load(reader);
            Assert.Equal(saved, Save(loaded));
            Data.Series series = own.Holes.Items[3];
            Assert.Equal(Fill(own.Imputer, series), Fill(loaded, series));
            Assert.Equal(Draw(own.Imputer, series, 2), Draw(loaded, series, 2));
        }
    }

    [Fact]
    public void Other_numbers_than_zero_and_one_are_filled_drawn_and_bounded_as_these_are()
    {
        (SeriesTable whole, SeriesTable holes) = MovingBars.Make(40, 0.8f, 0.4f);
        SeriesTable other = holes with
        {
            Items = [.. holes.Items.Select(series => series with { Cells = [.. series.Cells.Select(x => 50 + 100 * x)] })],
        };
        Trained own = Train((whole, holes), steps: 30), scaled = Train((whole, other), steps: 30);
        Data.Series mine = holes.Items[2], theirs = other.Items[2];
        Assert.All(
            Fill(own.Imputer, mine).Zip(Fill(scaled.Imputer, theirs)), pair => Assert.Equal(50 + 100 * pair.First, pair.Second, 1e-6));
        Assert.Equal(Draw(own.Imputer, mine, 1).Select(x => 50 + 100 * x), Draw(scaled.Imputer, theirs, 1));
        var sure = new CellUncertainty[mine.Cells.Length];
        own.Imputer.Impute(mine, new double[sure.Length], sure, 0.8);
        var ofOther = new CellUncertainty[sure.Length];
        scaled.Imputer.Impute(theirs, new double[sure.Length], ofOther, 0.8);
        Assert.All(sure.Zip(ofOther), pair =>
        {
            Assert.Equal(50 + 100 * pair.First.Lower, pair.Second.Lower, 1e-6);
            Assert.Equal(50 + 100 * pair.First.Upper, pair.Second.Upper, 1e-6);
            Assert.Equal(100 * pair.First.StandardDeviation, pair.Second.StandardDeviation, 1e-6);
        });
        using var reader = new BinaryReader(new MemoryStream(Save(scaled.Imputer)));
        Assert.Equal(Fill(scaled.Imputer, theirs), Fill(SeriesImputationMethods.Load(reader), theirs));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_one_thread_and_on_three()
    {
        var tables = MovingBars.Make(40, 0.8f, 0.4f);
        Assert.Equal(Save(Train(tables, steps: 6, threads: 1).Imputer), Save(Train(tables, steps: 6, threads: 3).Imputer));
    }

    [Fact]
    public void Draws_are_zeros_and_ones_as_often_as_the_guess_says()
    {
        Data.Series series = s_hiding.Value.Holes.Items[1];
        double[] guess = Fill(s_hiding.Value.Imputer, series), mean = new double[guess.Length];
        const int Draws = 30;
        for (int draw = 0; draw < Draws; draw++)
        {
            double[] own = Draw(s_hiding.Value.Imputer, series, draw);
            for (int i = 0; i < own.Length; i++)
            {
                Assert.True(own[i] is 0 or 1);
                Assert.True(double.IsNaN(series.Cells[i]) || own[i] == series.Cells[i]);
                mean[i] += own[i] / Draws;
            }
        }
        Assert.Equal(guess.Average(), mean.Average(), 0.05);
        Assert.NotEqual(Draw(s_hiding.Value.Imputer, series, 0), Draw(s_hiding.Value.Imputer, series, 1));
    }

    [Fact]
    public void Intervals_of_zeros_and_ones_hold_the_truth_and_the_guess()
    {
        Trained own = s_hiding.Value;
        int inside = 0, count = 0;
        for (int s = 0; s < own.Holes.Items.Count; s++)
        {
            Data.Series series = own.Holes.Items[s];
            double[] filled = new double[series.Cells.Length];
            var sure = new CellUncertainty[filled.Length];
            own.Imputer.Impute(series, filled, sure, 0.9);
            for (int i = 0; i < filled.Length; i++)
            {
                Assert.InRange(filled[i], sure[i].Lower, sure[i].Upper);
                if (!double.IsNaN(series.Cells[i]))
                    continue;
                count++;
                inside += own.Whole.Items[s].Cells[i] >= sure[i].Lower && own.Whole.Items[s].Cells[i] <= sure[i].Upper ? 1 : 0;
            }
        }
        Assert.InRange((double)inside / count, 0.88, 1);
    }

    [Fact]
    public void A_causal_model_never_looks_ahead()
    {
        Data.Series series = s_causal.Value.Holes.Items[5];
        const int Kept = 3 * Pixels;
        Data.Series other = series with
        {
            Cells = [.. series.Cells.Select((x, i) => i < Kept ? x : double.IsNaN(x) ? 1 : i % 2 == 0 ? double.NaN : 1 - x)],
        };
        Assert.Equal(Fill(s_causal.Value.Imputer, series)[..Kept], Fill(s_causal.Value.Imputer, other)[..Kept]);
        Assert.Equal(Draw(s_causal.Value.Imputer, series, 1)[..Kept], Draw(s_causal.Value.Imputer, other, 1)[..Kept]);
    }

    [Theory]
    [InlineData(ImputationMode.Expectation)]
    [InlineData(ImputationMode.Draw)]
    public void Appended_pictures_come_out_as_the_series_so_far_does(ImputationMode mode)
    {
        Trained own = s_causal.Value;
        Data.Series series = own.Holes.Items[7];
        double[] whole = mode == ImputationMode.Draw ? Draw(own.Imputer, series, 3) : Fill(own.Imputer, series), step = new double[Pixels];
        SeriesStream stream = own.Imputer.Begin(new SeriesRequest(mode, 1, 2, 3, null), []);
        for (int t = 0; t < series.Length; t++)
        {
            stream.Append(series.Times[t], series.Cells.AsSpan(t * Pixels, Pixels), step, []);
            Assert.Equal(whole[(t * Pixels)..((t + 1) * Pixels)], step);
        }
    }

    [Fact]
    public void A_pixel_that_was_never_observed_stays_missing()
    {
        (_, SeriesTable holes) = MovingBars.Make(40, 0.3f, 0.3f);
        SeriesTable table = holes with
        {
            Items = [.. holes.Items.Select(series => series with
            {
                Cells = [.. series.Cells.Select((x, i) => i % Pixels == 9 ? double.NaN : x)],
            })],
        };
        double[] filled = Fill(Train((holes, table), steps: 3).Imputer, table.Items[0]);
        Assert.All(filled.Index(), cell => Assert.Equal(cell.Index % Pixels == 9, double.IsNaN(cell.Item)));
    }

    [Fact]
    public void A_training_ends_within_its_limit_and_is_cancelled_with_one_exception()
    {
        var tables = MovingBars.Make(60, 0.5f, 0.5f);
        var options = new BlendOptions { PictureChannels = 16, NetworkSteps = 1_000_000, MaxTrainingTime = TimeSpan.FromSeconds(1) };
        SeriesImputer imputer = options.Registration.Train(tables.Holes, options);
        Assert.All(Fill(imputer, tables.Holes.Items[0]), cell => Assert.InRange(cell, 0, 1));
        Assert.Throws<OperationCanceledException>(() => imputer.Impute(
            tables.Holes.Items[0], new double[6 * Pixels], new CancellationToken(canceled: true)));
        options.MaxTrainingTime = null;
        Interruption.AssertStopsWithinASecond(cancel => options.Registration.Train(tables.Holes, options, null, cancel));
    }

    private static (double Error, double Guessed, double True) Errors(Trained own)
    {
        double wrong = 0, guessed = 0, ones = 0;
        int count = 0;
        for (int s = 0; s < own.Holes.Items.Count; s++)
        {
            double[] filled = Fill(own.Imputer, own.Holes.Items[s]);
            for (int i = 0; i < filled.Length; i++)
            {
                double truth = own.Whole.Items[s].Cells[i];
                if (!double.IsNaN(own.Holes.Items[s].Cells[i]))
                {
                    Assert.Equal(truth, filled[i]);
                    continue;
                }
                count++;
                wrong += Math.Round(filled[i]) == truth ? 0 : 1;
                guessed += filled[i];
                ones += truth;
            }
        }
        return (wrong / count, guessed / count, ones / count);
    }

    private static Trained Train(
        (SeriesTable Whole, SeriesTable Holes) tables, SeriesDirection direction = SeriesDirection.Smooth, int steps = 300,
        int? threads = 2)
    {
        var options = new BlendOptions
        {
            PictureChannels = 8, NetworkSteps = steps, NetworkRate = 0.005, Threads = threads, Direction = direction,
        };
        var log = new Log();
        SeriesImputer imputer = options.Registration.Train(tables.Holes, options, log);
        return new Trained(tables.Whole, tables.Holes, imputer, log.Messages);
    }

    private static double[] Fill(SeriesImputer imputer, Data.Series series)
    {
        double[] filled = new double[series.Cells.Length];
        imputer.Impute(series, filled);
        return filled;
    }

    private static double[] Draw(SeriesImputer imputer, Data.Series series, int draw)
    {
        double[] filled = new double[series.Cells.Length];
        imputer.Draw(series, filled, 1, 2, draw);
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

    private sealed record Trained(SeriesTable Whole, SeriesTable Holes, SeriesImputer Imputer, List<string> Messages);

    private sealed class Log : IProgress<TrainingProgress>
    {
        public List<string> Messages { get; } = [];

        public void Report(TrainingProgress value)
        {
            lock (Messages)
                Messages.Add(value.Message);
        }
    }
}
