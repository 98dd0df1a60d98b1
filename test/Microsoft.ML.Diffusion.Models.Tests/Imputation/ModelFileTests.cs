using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ModelFileTests
{
    [Theory]
    [InlineData(DiffusionMethod.Conditional)]
    [InlineData(DiffusionMethod.MissDiff)]
    [InlineData(DiffusionMethod.CsdiT)]
    public void A_model_that_was_saved_and_loaded_gives_the_same_bits(DiffusionMethod method)
    {
        TabularDiffusionModel model = TrainedModels.Of(method);
        TabularDiffusionModel loaded = Load(Save(model));
        Assert.Equal(method, loaded.Method);
        Assert.Equal(model.Columns.Select(c => c.ToString()), loaded.Columns.Select(c => c.ToString()), StringComparer.Ordinal);
        Assert.Equal(["minus", "plus"], loaded.Columns[2].Categories, StringComparer.Ordinal);
        double[] expected = new double[3], actual = new double[3];
        foreach (int row in new[] { 1, 5, 9, 200 })
        {
            double[] cells = TrainedModels.Amputed.Row(row).ToArray();
            cells[row % 3] = double.NaN;
            model.Impute(cells, expected);
            loaded.Impute(cells, actual);
            Assert.Equal(expected, actual);
            model.Draw(cells, expected, 3, 4, 5);
            loaded.Draw(cells, actual, 3, 4, 5);
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData(NumericScaling.Quantile)]
    [InlineData(NumericScaling.MinMax)]
    public void The_scaling_is_saved(NumericScaling scaling)
    {
        TabularDiffusionModel.Options options = TrainedModels.Quick(DiffusionMethod.Conditional, 1);
        options.Scaling = scaling;
        var model = TabularDiffusionModel.Train(Simulated.Pairs(50), options);
        double[] expected = new double[3], actual = new double[3];
        model.Impute([0.3, double.NaN, 1], expected);
        Load(Save(model)).Impute([0.3, double.NaN, 1], actual);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(19)]
    [InlineData(400)]
    public void A_file_cut_short_is_refused_in_one_sentence(int length)
    {
        byte[] bytes = Save(TrainedModels.Of(DiffusionMethod.Conditional));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Load(bytes[..length]));
        Assert.Contains("cut short", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_from_a_newer_version_is_refused()
    {
        byte[] bytes = Save(TrainedModels.Of(DiffusionMethod.Conditional));
        bytes[4] = 99;
        Assert.Contains("version 99", Assert.Throws<InvalidDataException>(() => Load(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        byte[] bytes = Save(TrainedModels.Of(DiffusionMethod.Conditional));
        bytes[^100] ^= 1;
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => Load(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_kind_of_file_is_refused() =>
        Assert.Contains("not a saved diffusion model", Assert.Throws<InvalidDataException>(() => Load(new byte[100])).Message, StringComparison.Ordinal);

    private static byte[] Save(TabularDiffusionModel model)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        model.Save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static TabularDiffusionModel Load(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        return TabularDiffusionModel.Load(reader);
    }
}
