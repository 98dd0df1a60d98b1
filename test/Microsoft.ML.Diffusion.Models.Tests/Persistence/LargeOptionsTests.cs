using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>What options allow can be saved and loaded, and what no options give is refused.</summary>
public class LargeOptionsTests
{
    public static TheoryData<string> Names => ["ridge", "missforest"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_of_thousands_of_sweeps_is_loaded_and_fills_the_same(string name)
    {
        Table rows = ExtremeTables.WithHoles(ExtremeTables.Of("one outlier below"));
        ImputerOptions options = name == "ridge"
            ? new ChainedRidgeOptions { Sweeps = 2_500, MostRows = 20 }
            : new MissForestOptions { Sweeps = 2_500, Trees = 1, MostRows = 20 };
        var imputer = TableImputer.Train(rows, options);
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            imputer.Save(writer);
        stream.Position = 0;
        TableImputer loaded = ImputationMethods.Load(new BinaryReader(stream));
        Table before = imputer.Impute(rows), after = loaded.Impute(rows);
        for (int row = 0; row < rows.RowCount; row++)
            Assert.Equal(before.Row(row).ToArray(), after.Row(row).ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    [InlineData(int.MaxValue)]
    public void A_key_with_more_digits_than_any_has_is_refused_at_load(int width)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            new KeyPattern { Kind = KeyKind.Sequence, Width = width, Last = 7 }.Write(writer);
        stream.Position = 0;
        Assert.Throws<InvalidDataException>(() => KeyPattern.Read(new BinaryReader(stream)));
    }
}
