using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ModelFileTests
{
    [Theory]
    [InlineData("conditional")]
    [InlineData("missdiff")]
    [InlineData("csdit")]
    public void A_model_that_was_saved_and_loaded_gives_the_same_bits(string method)
    {
        TableImputer model = TrainedModels.Of(method);
        TableImputer loaded = Load(Save(model));
        Assert.Equal(method, loaded.Method.Name);
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
        var options = (ConditionalOptions)TrainedModels.Quick("conditional", 1);
        options.Scaling = scaling;
        var model = TableImputer.Train(Simulated.Pairs(50), options);
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
        byte[] bytes = Save(TrainedModels.Of("conditional"));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Load(bytes[..length]));
        Assert.Contains("cut short", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99, "use a newer library")]
    [InlineData(1, "train it again")]
    public void A_file_of_another_version_is_refused(byte version, string remedy)
    {
        byte[] bytes = Save(TrainedModels.Of("conditional"));
        bytes[4] = version;
        string message = Assert.Throws<InvalidDataException>(() => Load(bytes)).Message;
        Assert.Contains($"version {version} of its format", message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        byte[] bytes = Save(TrainedModels.Of("conditional"));
        bytes[^100] ^= 1;
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => Load(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_kind_of_file_is_refused() =>
        Assert.Contains("not a saved diffusion model", Assert.Throws<InvalidDataException>(() => Load(new byte[100])).Message, StringComparison.Ordinal);

    private static byte[] Save(TableImputer model)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        model.Save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static TableImputer Load(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        return ImputationMethods.Load(reader);
    }
}
