using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Testing;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Draws that take values from training rows.</summary>
public class DonorDrawTests
{
    private static readonly Table s_table = DonorTables.Make(600);
    private static readonly Lazy<TableImputer> s_imputer = new(() => TableImputer.Train(s_table, Options()));

    [Fact]
    public void Every_drawn_number_is_an_observed_one_to_the_last_bit()
    {
        HashSet<double>[] observed = [.. Enumerable.Range(0, 3).Select(column => DonorTables.Observed(s_table, column))];
        for (int draw = 0; draw < 4; draw++)
        {
            Table drawn = s_imputer.Value.Impute(s_table, ImputationMode.Draw, seed: 1, draw);
            for (int row = 0; row < drawn.RowCount; row++)
            {
                for (int column = 0; column < observed.Length; column++)
                    Assert.Contains(drawn[row, column], observed[column]);
            }
        }
    }

    [Fact]
    public void A_network_that_has_learnt_nothing_draws_observed_numbers_too()
    {
        ConditionalOptions options = Options(epochs: 1);
        options.DonorShare = 0;
        Table drawn = TableImputer.Train(s_table, options).Impute(s_table, ImputationMode.Draw, seed: 1);
        HashSet<double> ages = DonorTables.Observed(s_table, DonorTables.Ages);
        Assert.All(Enumerable.Range(0, drawn.RowCount), row => Assert.Contains(drawn[row, DonorTables.Ages], ages));
    }

    [Fact]
    public void Cells_that_are_missing_together_are_drawn_together()
    {
        ConditionalOptions options = Options(epochs: 1);
        options.DonorShare = 1;
        Table drawn = TableImputer.Train(s_table, options).Impute(s_table, ImputationMode.Draw, seed: 1);
        int missing = 0, right = 0;
        for (int row = 0; row < drawn.RowCount; row++)
        {
            if (!double.IsNaN(s_table[row, DonorTables.Kinds]))
                continue;
            missing++;
            right += drawn[row, DonorTables.Prices] == DonorTables.PriceOf(drawn[row, DonorTables.Kinds]) ? 1 : 0;
        }
        // The network knows nothing: of draws cell by cell a third would agree.
        Assert.InRange(right, 0.95 * missing, missing);
    }

    [Fact]
    public void Draws_have_the_shares_of_what_they_are_drawn_from()
    {
        // Zeros are those of the three lowest ages.
        var rows = new Table(s_table.Columns, 400);
        for (int row = 0; row < rows.RowCount; row++)
        {
            s_table.Row(row).CopyTo(rows.Row(row));
            rows[row, DonorTables.Ages] = row % 2 == 0 ? 3 : 56;
            rows[row, DonorTables.Zeros] = double.NaN;
        }
        ConditionalOptions options = Options(epochs: 1);
        options.DonorShare = 1;
        Table drawn = TableImputer.Train(s_table, options).Impute(rows, ImputationMode.Draw, seed: 4);
        double Zeros(int parity) => Enumerable.Range(0, rows.RowCount).Where(row => row % 2 == parity)
            .Average(row => drawn[row, DonorTables.Zeros] == 0 ? 1.0 : 0);
        Assert.InRange(Zeros(0), 0.9, 1);
        Assert.InRange(Zeros(1), 0, 0.1);
    }

    [Fact]
    public void The_same_seed_draws_the_same_bits_on_one_thread_and_on_three()
    {
        long[] Drawn(int threads)
        {
            ConditionalOptions options = Options(epochs: 3);
            options.Threads = threads;
            return Simulated.Bits(TableImputer.Train(s_table, options).Impute(s_table, ImputationMode.Draw, seed: 2));
        }
        Assert.Equal(Drawn(1), Drawn(3));
    }

    [Fact]
    public void A_saved_model_draws_the_same_bits()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        s_imputer.Value.Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        TableImputer loaded = ImputationMethods.Load(reader);
        for (int draw = 0; draw < 2; draw++)
        {
            Assert.Equal(
                Simulated.Bits(s_imputer.Value.Impute(s_table, ImputationMode.Draw, seed: 2, draw)),
                Simulated.Bits(loaded.Impute(s_table, ImputationMode.Draw, seed: 2, draw)));
        }
    }

    [Fact]
    public void Best_guesses_are_the_same_with_donors_and_without()
    {
        ConditionalOptions options = Options(epochs: 2);
        options.DonorShare = 0;
        Assert.Equal(
            Simulated.Bits(TableImputer.Train(s_table, Options(epochs: 2)).Impute(s_table)),
            Simulated.Bits(TableImputer.Train(s_table, options).Impute(s_table)));
    }

    [Fact]
    public void Trees_stop_growing_when_they_are_cancelled()
    {
        EncodedRows rows = Encoded(DonorTables.Make(3000), out ObservedNumbers numbers);
        Interruption.AssertStopsWithinASecond(cancel =>
        {
            while (true)
                new DonorTrainer(rows, numbers, new Philox(1, 1), 2, TrainingDeadline.None).Fit(onlyMissingColumns: false, cancel);
        });
    }

    [Fact]
    public void Out_of_time_there_are_no_donors()
    {
        EncodedRows rows = Encoded(s_table, out ObservedNumbers numbers);
        var deadline = TrainingDeadline.In(TimeSpan.FromTicks(1));
        Assert.Null(new DonorTrainer(rows, numbers, new Philox(1, 1), 2, deadline).Fit(onlyMissingColumns: false, CancellationToken.None));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void An_impossible_share_is_refused(double share)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new ConditionalOptions { DonorShare = share }.Validate());
        Assert.Contains("between 0 and 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_with_a_donor_that_is_no_value_or_with_a_loop_is_refused()
    {
        // One cut, two leaves with a row each, which have the values 0 and 1.
        byte[] Bytes(byte first = 0, byte second = byte.MaxValue, float threshold = 0.5f, ushort count = 1, ushort donor = 1)
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            writer.Write(3);
            writer.Write([first, second, byte.MaxValue]);
            writer.Write(threshold);
            writer.Write(2);
            writer.Write([(byte)1, (byte)count, (byte)0, (byte)(count >> 8)]);
            writer.Write(2);
            writer.Write([(byte)0, (byte)donor, (byte)0, (byte)(donor >> 8)]);
            return stream.ToArray();
        }
        DonorTree tree = Load(Bytes());
        Assert.Equal(0, tree.Draw([0.2f], [0], 0.9f));
        Assert.Equal(1, tree.Draw([0.7f], [0], 0.9f));
        Assert.Throws<InvalidDataException>(() => Load(Bytes(donor: 2)));
        Assert.Throws<InvalidDataException>(() => Load(Bytes(count: 0)));
        Assert.Throws<InvalidDataException>(() => Load(Bytes(count: 3)));
        Assert.Throws<InvalidDataException>(() => Load(Bytes(threshold: float.NaN)));
        Assert.Throws<InvalidDataException>(() => Load(Bytes(first: 1)));
        Assert.Throws<InvalidDataException>(() => Load(Bytes(second: 0)));
        Assert.Throws<InvalidDataException>(() => Load(Bytes(first: byte.MaxValue)));
    }

    [Fact]
    public void Draws_of_a_sparse_column_are_its_few_numbers()
    {
        Table table = DonorTables.Make(300);
        for (int row = 5; row < table.RowCount; row++)
            table[row, DonorTables.Ages] = double.NaN;
        HashSet<double> ages = DonorTables.Observed(table, DonorTables.Ages);
        Assert.InRange(ages.Count, 2, 5);
        Table drawn = TableImputer.Train(table, Options(epochs: 2)).Impute(table, ImputationMode.Draw, seed: 1);
        Assert.All(Enumerable.Range(0, drawn.RowCount), row => Assert.Contains(drawn[row, DonorTables.Ages], ages));
    }

    private static DonorTree Load(byte[] bytes) => DonorTree.Load(new BinaryReader(new MemoryStream(bytes)), inputs: 1, values: 2);

    private static EncodedRows Encoded(Table table, out ObservedNumbers numbers)
    {
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        numbers = ObservedNumbers.Of(table, encoder, new Philox(1, 0));
        return encoder.Encode(table);
    }

    private static ConditionalOptions Options(int epochs = 40) => new()
    {
        Members = ImputationMembers.Gaussian,
        Draws = true,
        ValidationShare = 0,
        Width = 24,
        Blocks = 1,
        BatchSize = 64,
        Epochs = epochs,
        SamplingSteps = 20,
        Seed = 5,
    };
}
