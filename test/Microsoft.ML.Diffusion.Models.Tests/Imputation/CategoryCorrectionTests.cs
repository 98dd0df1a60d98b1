using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Numbers that one of very many categories nearly fixes: 500 cities, each with a rent and a height of its own. Twice the height
/// is a column too.</summary>
public class CategoryCorrectionTests
{
    private const int Cities = 500, Rows = 4500, City = 0, Rent = 1, Height = 2;
    private const double Noise = 0.5;

    private static readonly Lazy<TableImputer> s_ridge = new(() => TableImputer.Train(Holes(), new ChainedRidgeOptions()));

    [Theory]
    [InlineData("ridge")]
    [InlineData("nearest-neighbors")]
    public void A_number_that_the_category_tells_is_filled_in_as_well_as_its_noise_allows(string method)
    {
        TableImputer imputer = TableImputer.Train(Holes(), ImputationMethods.All.Single(each => each.Name == method).NewOptions());
        Assert.InRange(Error(imputer.Impute(Holes()), Rent), 0.8 * Noise, 1.3 * Noise);
    }

    [Fact]
    public void A_number_that_another_column_tells_better_is_not_drawn_to_the_mean_of_its_category() =>
        Assert.InRange(Error(s_ridge.Value.Impute(Holes()), Height), 0, 0.2 * Noise);

    [Fact]
    public void Draws_are_spread_as_the_numbers_of_one_category_are()
    {
        // The noise of the truth and that of the draw.
        double error = Error(s_ridge.Value.Impute(Holes(), ImputationMode.Draw, seed: 3), Rent);
        Assert.Equal(Noise * Math.Sqrt(2), error, 0.2);
    }

    [Fact]
    public void Intervals_are_narrow_and_hold_the_truth_as_often_as_they_say()
    {
        var options = new ConditionalOptions { Epochs = 1, Networks = 1, Members = ImputationMembers.Gaussian };
        Table truth = Truth(), holes = Holes();
        TableImputer imputer = TableImputer.Train(holes, options);
        var uncertainties = new CellUncertainty[truth.Columns.Count];
        double[] completed = new double[truth.Columns.Count];
        List<double> widths = [], held = [];
        for (int row = 0; row < Rows; row++)
        {
            if (!double.IsNaN(holes[row, Rent]))
                continue;
            imputer.Impute(holes.Row(row), completed, uncertainties);
            CellUncertainty sure = uncertainties[Rent];
            Assert.InRange(completed[Rent], sure.Lower, sure.Upper);
            widths.Add(sure.Upper - sure.Lower);
            held.Add(truth[row, Rent] >= sure.Lower && truth[row, Rent] <= sure.Upper ? 1 : 0);
        }
        Assert.InRange(held.Average(), 0.8, 1);
        // Nine of ten normal numbers lie within 3.3 deviations.
        Assert.InRange(widths.Average(), 2.5 * Noise, 6 * Noise);
    }

    [Fact]
    public void A_saved_imputer_and_a_row_alone_give_the_same_bits()
    {
        using var stream = new MemoryStream();
        s_ridge.Value.Save(new BinaryWriter(stream));
        stream.Position = 0;
        TableImputer loaded = ImputationMethods.Load(new BinaryReader(stream));
        Table holes = Holes();
        double[] alone = new double[holes.Columns.Count];
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            Table filled = s_ridge.Value.Impute(holes, mode, seed: 5), again = loaded.Impute(holes, mode, seed: 5);
            for (int row = 0; row < 300; row++)
            {
                if (mode == ImputationMode.Draw)
                    loaded.Draw(holes.Row(row), alone, seed: 5, (ulong)row);
                else
                    loaded.Impute(holes.Row(row), alone);
                Assert.Equal(filled.Row(row), again.Row(row));
                Assert.Equal(filled.Row(row).ToArray(), alone);
            }
        }
    }

    [Fact]
    public void A_category_that_was_never_seen_or_is_missing_leaves_the_number_to_the_other_columns()
    {
        double[] completed = new double[4];
        foreach (double city in (double[])[Cities + 1, double.NaN])
        {
            s_ridge.Value.Impute([city, double.NaN, 1, 2], completed);
            Assert.InRange(completed[Rent], -40, 40);
        }
    }

    private static double Error(Table filled, int column)
    {
        Table truth = Truth(), holes = Holes();
        return Math.Sqrt(Enumerable.Range(0, Rows).Where(row => double.IsNaN(holes[row, column]))
            .Average(row => Math.Pow(filled[row, column] - truth[row, column], 2)));
    }

    private static Table Truth()
    {
        var city = TableColumn.Categorical("city", Enumerable.Range(0, Cities + 1).Select(i => $"city {i}"));
        Table table = new([city, TableColumn.Numeric("rent"), TableColumn.Numeric("height"), TableColumn.Numeric("twice")], Rows);
        var (cities, random) = (new Philox(1), new Philox(2));
        for (int row = 0; row < Rows; row++)
        {
            ulong own = (ulong)(row % Cities), id = (ulong)row;
            (table[row, City], table[row, Rent]) = (own, 5 * cities.Normal(2 * own) + Noise * random.Normal(2 * id));
            table[row, Height] = 5 * cities.Normal(2 * own + 1) + Noise * random.Normal(2 * id + 1);
            table[row, 3] = 2 * table[row, Height];
        }
        return table;
    }

    private static Table Holes()
    {
        Table holes = Truth();
        // Nine rows a city: no city loses more than one or two numbers.
        for (int row = 0; row < Rows; row++)
        {
            int turn = row / Cities + row % Cities;
            if (turn % 9 == 0)
                holes[row, Rent] = double.NaN;
            else if (turn % 9 == 4)
                holes[row, Height] = double.NaN;
        }
        return holes;
    }
}
