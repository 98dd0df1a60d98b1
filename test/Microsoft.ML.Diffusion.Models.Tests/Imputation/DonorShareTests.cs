using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>How many draws take their values from training rows.</summary>
public class DonorShareTests
{
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.75)]
    public void Among_four_draws_of_a_row_a_quarter_is_one(double share)
    {
        for (int row = 0; row < 50; row++)
        {
            double phase = new Philox(1).Uniform((ulong)row);
            for (int first = 0; first < 40; first += 4)
                Assert.Equal(4 * share, Enumerable.Range(first, 4).Count(draw => DonorShares.Turn(phase, draw) < share));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_score_of_a_mixture_is_least_where_all_pairs_of_its_draws_say_so(bool areCategories)
    {
        var random = new Philox(5);
        const int Draws = 12, Cells = 40;
        var score = new MixtureScore();
        var cells = new List<(float[] First, float[] Second, float Truth)>();
        for (int cell = 0; cell < Cells; cell++)
        {
            Philox own = random.Fork((ulong)cell);
            float[] first = new float[Draws], second = new float[Draws];
            for (int i = 0; i < Draws; i++)
            {
                first[i] = Value(own.Normal((ulong)i) - 0.5f);
                second[i] = Value(1.5f * own.Normal((ulong)(i + Draws)) + 0.7f);
            }
            float truth = Value(own.Normal(1000));
            cells.Add((first, second, truth));
            score.Add(first, second, truth, areCategories);
        }
        double best = score.Best(towards: 0.5, cells: 0, score);
        Assert.InRange(best, 0.01, 0.99);
        double least = Score(best);
        for (int percent = 0; percent <= 100; percent += 5)
            Assert.True(Score(percent / 100.0) >= least - 1e-9);

        float Value(float number) => areCategories ? (float)Math.Clamp(Math.Round(number), -1, 2) : number;

        // The definition: every draw weighted by the share of its kind, pairs at one place left out.
        double Score(double share)
        {
            double sum = 0;
            foreach ((float[] first, float[] second, float truth) in cells)
            {
                for (int i = 0; i < Draws; i++)
                {
                    sum += (((1 - share) * Distance(first[i], truth)) + (share * Distance(second[i], truth))) / Draws;
                    for (int j = 0; j < Draws; j++)
                    {
                        if (i == j)
                            continue;
                        double pair = ((1 - share) * (1 - share) * Distance(first[i], first[j]))
                            + (2 * share * (1 - share) * Distance(first[i], second[j])) + (share * share * Distance(second[i], second[j]));
                        sum -= 0.5 * pair / (Draws * (Draws - 1));
                    }
                }
            }
            return sum;
        }

        double Distance(float one, float other) => areCategories ? (one == other ? 0 : 1) : Math.Abs(one - other);
    }

    [Fact]
    public void Draws_of_a_kind_that_is_always_right_have_the_whole_share()
    {
        var score = new MixtureScore();
        for (int cell = 0; cell < 20; cell++)
            score.Add([1, 2, 3, 4], [9, 9, 9, 9], truth: 9, areCategories: false);
        Assert.Equal(1, score.Best(towards: 0.5, cells: 0, score), 12);
        // As many cells that are at their best at a half take it back.
        Assert.InRange(score.Best(towards: 0.5, cells: 200, score), 0.5, 0.75);
    }

    [Fact]
    public void Where_the_network_has_learnt_nothing_draws_are_from_training_rows()
    {
        // Every price goes with one age; a network that saw the rows once knows none of it.
        var table = new Table([TableColumn.Numeric("age"), TableColumn.Numeric("price")], 600);
        for (int row = 0; row < table.RowCount; row++)
        {
            int kind = new Philox(7).Below((ulong)row, 8);
            (table[row, 0], table[row, 1]) = (kind * kind, (kind * 37 % 8) + 0.5);
            if (row % 5 == 0)
                table[row, row / 5 % 2] = double.NaN;
        }
        double chosen = ShareRight(share: null), half = ShareRight(share: 0.5);
        Assert.True(chosen > half + 0.1, $"{chosen} of the draws are right with the chosen share, {half} with a half.");

        double ShareRight(double? share)
        {
            var options = new ConditionalOptions { Seed = 3, Epochs = 1, DonorShare = share };
            var imputer = TableImputer.Train(table, options.ForDraws());
            int right = 0, all = 0;
            for (int draw = 0; draw < 4; draw++)
            {
                Table drawn = imputer.Impute(table, ImputationMode.Draw, seed: 1, draw);
                for (int row = 0; row < table.RowCount; row += 5)
                {
                    double kind = Math.Sqrt(drawn[row, 0]);
                    right += Math.Abs((kind * 37 % 8) + 0.5 - drawn[row, 1]) < 1e-6 ? 1 : 0;
                    all++;
                }
            }
            return right / (double)all;
        }
    }

    [Fact]
    public void The_chosen_shares_do_not_depend_on_the_number_of_threads()
    {
        byte[] Model(int threads)
        {
            ImputerOptions options = new ConditionalOptions { Seed = 3, Epochs = 2, Threads = threads }.ForDraws();
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            TableImputer.Train(DonorTables.Make(300), options).Save(writer);
            writer.Flush();
            return stream.ToArray();
        }
        Assert.Equal(Model(1), Model(3));
    }

    [Fact]
    public void A_limited_time_is_kept()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        ImputerOptions options = new ConditionalOptions { Seed = 3, MaxTrainingTime = TimeSpan.FromSeconds(1) }.ForDraws();
        var imputer = TableImputer.Train(DonorTables.Make(3000), options);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Table drawn = imputer.Impute(DonorTables.Make(50), ImputationMode.Draw, seed: 1);
        Assert.DoesNotContain(true, Enumerable.Range(0, 50).Select(row => double.IsNaN(drawn[row, 0])));
    }
}
