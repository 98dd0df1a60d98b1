using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Columns with more categories than are learnt one by one: 300 cities, which their state and latitude tell apart.</summary>
public class ManyCategoriesTests
{
    private const int Cities = 300, States = 20, Rows = 1800;

    private static readonly Lazy<TableImputer> s_imputer = new(() => TableImputer.Train(Holes(), new NearestNeighborsOptions()));

    [Theory]
    [InlineData("ridge", 0.6)]
    [InlineData("nearest-neighbors", 0.6)]
    public void A_category_that_the_other_columns_tell_is_found(string method, double least)
    {
        Table truth = Truth(), holes = Holes();
        Table filled = TableImputer.Train(holes, ImputationMethods.All.Single(each => each.Name == method).NewOptions()).Impute(holes);
        int[] missing = [.. Enumerable.Range(0, Rows).Where(row => double.IsNaN(holes[row, 0]))];
        Assert.All(missing, row => Assert.InRange(filled[row, 0], 0, Cities - 1));
        // One in 300 by chance; the most frequent city has one row in a hundred.
        Assert.InRange(missing.Average(row => filled[row, 0] == truth[row, 0] ? 1.0 : 0), least, 1);
    }

    [Fact]
    public void Draws_have_the_frequencies_of_the_categories_where_nothing_tells_them()
    {
        Table rows = new([TableColumn.Categorical("word", Names(300)), TableColumn.Numeric("x")], 3000);
        var random = new Philox(3);
        for (int row = 0; row < rows.RowCount; row++)
        {
            // Half of the rows have one of the first thirty words.
            int word = row % 2 == 0 ? random.Below((ulong)row, 30) : 30 + random.Below((ulong)row, 270);
            (rows[row, 0], rows[row, 1]) = (row % 5 == 0 ? double.NaN : word, random.Normal((ulong)row));
        }
        Table drawn = TableImputer.Train(rows, new ChainedRidgeOptions()).Impute(rows, ImputationMode.Draw, seed: 4);
        double[] made = [.. Enumerable.Range(0, rows.RowCount).Where(row => double.IsNaN(rows[row, 0])).Select(row => drawn[row, 0])];
        Assert.Equal(0.5, made.Average(word => word < 30 ? 1.0 : 0), 0.06);
        Assert.True(made.Distinct().Count() > 200);
    }

    [Fact]
    public void A_row_is_filled_alike_alone_in_a_table_and_by_a_model_from_a_file()
    {
        Table holes = Holes();
        TableImputer imputer = s_imputer.Value, loaded = Reloaded(imputer);
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            Table filled = imputer.Impute(holes, mode, seed: 5, draw: 1), again = loaded.Impute(holes, mode, seed: 5, draw: 1);
            double[] alone = new double[holes.Columns.Count];
            for (int row = 0; row < 200; row++)
            {
                if (mode == ImputationMode.Draw)
                    imputer.Draw(holes.Row(row), alone, seed: 5, (ulong)row, draw: 1);
                else
                    imputer.Impute(holes.Row(row), alone);
                Assert.Equal(filled.Row(row).ToArray(), alone);
                Assert.Equal(filled.Row(row), again.Row(row));
            }
        }
    }

    [Fact]
    public void What_is_there_stays_a_category_that_was_never_seen_too()
    {
        double[] completed = new double[3];
        s_imputer.Value.Impute([Cities, double.NaN, 0.3], completed);
        Assert.Equal(Cities, completed[0]);
        Assert.InRange(completed[1], 0, States - 1);
        s_imputer.Value.Impute([17, double.NaN, 0.3], completed);
        Assert.Equal((17, 0.3), (completed[0], completed[2]));
    }

    [Fact]
    public void How_sure_a_category_is_goes_with_how_often_it_is_right()
    {
        Table truth = Truth(), holes = Holes();
        var options = new ConditionalOptions { Epochs = 1, Networks = 1, Members = ImputationMembers.Gaussian };
        TableImputer imputer = TableImputer.Train(holes, options);
        double[] completed = new double[3];
        var uncertainties = new CellUncertainty[3];
        int[] missing = [.. Enumerable.Range(0, Rows).Where(row => double.IsNaN(holes[row, 0]) && !double.IsNaN(holes[row, 2]))];
        double right = 0, sure = 0;
        foreach (int row in missing)
        {
            imputer.Impute(holes.Row(row), completed, uncertainties);
            Assert.InRange(uncertainties[0].Probability, 0, 1);
            right += completed[0] == truth[row, 0] ? 1.0 / missing.Length : 0;
            sure += uncertainties[0].Probability / missing.Length;
        }
        Assert.Equal(right, sure, 0.25);
    }

    [Fact]
    public void Made_rows_have_real_categories_in_their_frequencies_that_fit_their_row()
    {
        Table truth = Truth();
        var options = new MaskedOptions { Steps = 300, Seed = 2, Width = 128, Blocks = 1 };
        DiffusionGenerator generator = DiffusionGenerator.Train(truth, options);
        Table made = generator.Generate(Rows, seed: 7);
        double[] real = Frequencies(truth), ours = Frequencies(made);
        // Two samples of 1,800 rows differ by 0.16 by chance alone.
        Assert.InRange(real.Zip(ours, (a, b) => Math.Abs(a - b)).Sum() / 2, 0, 0.3);
        double[] errors = [.. Enumerable.Range(0, Rows).Select(row => Math.Abs(made[row, 2] - Latitude((int)made[row, 0]))).Order()];
        Assert.InRange(errors[Rows / 2], 0, 0.5);

        using var stream = new MemoryStream();
        generator.Save(new BinaryWriter(stream));
        stream.Position = 0;
        Table again = GenerationMethods.Load(new BinaryReader(stream)).Generate(200, seed: 7);
        for (int row = 0; row < again.RowCount; row++)
            Assert.Equal(made.Row(row), again.Row(row));
        Table asked = generator.Generate(50, new GenerationConditions(truth.Columns).Fix(0, 123), seed: 8);
        Assert.All(Enumerable.Range(0, 50), row => Assert.Equal(123, asked[row, 0]));
    }

    [Fact]
    public void Rows_asked_for_by_a_category_go_with_it_and_not_with_its_group_alone()
    {
        const int Places = 1200, RowsOfEach = 8, Asked = 15, Made = 30;
        var random = new Philox(11);
        TableColumn[] columns = [TableColumn.Categorical("place", Names(Places)), .. new[] { "x", "y", "z" }.Select(TableColumn.Numeric)];
        Table rows = new(columns, Places * RowsOfEach);
        double Center(int place, int i) => random.Fork(1).Uniform((ulong)(4 * place + i));
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows[row, 0] = row % Places;
            for (int i = 1; i <= 3; i++)
                rows[row, i] = Center(row % Places, i) + 0.02 * random.Normal((ulong)(4 * row + i));
        }
        DiffusionGenerator generator = DiffusionGenerator.Train(rows, new MaskedOptions { Steps = 600, Seed = 2, Width = 128, Blocks = 1 });
        double difference = 0;
        for (int place = 0; place < Asked; place++)
        {
            Table made = generator.Generate(Made, new GenerationConditions(rows.Columns).Fix(0, place), seed: 3);
            for (int row = 0; row < Made; row++)
                difference += Enumerable.Range(1, 3).Sum(i => Math.Abs(made[row, i] - Center(place, i))) / Asked / Made;
        }
        // 0.30 by the group alone, of 25 places; 0.05 within a place.
        Assert.InRange(difference, 0, 0.2);
        // A row is the same alone and among others.
        var conditions = new GenerationConditions(rows.Columns).Fix(0, 7);
        Assert.Equal(generator.Generate(20, conditions, seed: 5).Row(3), generator.Generate(4, conditions, seed: 5).Row(3));
    }

    [Fact]
    public void A_model_file_that_is_damaged_is_refused()
    {
        using var stream = new MemoryStream();
        s_imputer.Value.Save(new BinaryWriter(stream));
        byte[] bytes = stream.ToArray();
        bytes[bytes.Length / 3] ^= 0x40;
        Assert.Throws<InvalidDataException>(() => ImputationMethods.Load(new BinaryReader(new MemoryStream(bytes))));
        Assert.Throws<InvalidDataException>(() => ImputationMethods.Load(new BinaryReader(new MemoryStream(bytes[..(bytes.Length / 2)]))));
    }

    private static TableImputer Reloaded(TableImputer imputer)
    {
        using var stream = new MemoryStream();
        imputer.Save(new BinaryWriter(stream));
        stream.Position = 0;
        return ImputationMethods.Load(new BinaryReader(stream));
    }

    private static double[] Frequencies(Table table)
    {
        double[] frequencies = new double[Cities];
        for (int row = 0; row < table.RowCount; row++)
            frequencies[(int)table[row, 0]] += 1.0 / table.RowCount;
        return frequencies;
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => $"name {i}");

    // Cities of one state lie on different latitudes.
    private static double Latitude(int city) => city / States + 0.1 * (city % States);

    private static Table Truth()
    {
        var name = TableColumn.Categorical("city", Names(Cities));
        Table table = new([name, TableColumn.Categorical("state", Names(States)), TableColumn.Numeric("latitude")], Rows);
        var random = new Philox(1);
        for (int row = 0; row < Rows; row++)
        {
            // The first hundred come twice as often as the others.
            int city = random.Below((ulong)row, Cities + 100) % Cities;
            (table[row, 0], table[row, 1], table[row, 2]) = (city, city % States, Latitude(city) + 0.02 * random.Normal((ulong)row));
        }
        return table;
    }

    private static Table Holes()
    {
        Table holes = Truth();
        for (int row = 0; row < Rows; row += 10)
            (holes[row, 0], holes[row + 5, 1 + (row / 10 % 2)]) = (double.NaN, double.NaN);
        return holes;
    }
}
