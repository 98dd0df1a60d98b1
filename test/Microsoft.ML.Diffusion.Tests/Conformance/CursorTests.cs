using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Amputation;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

public class CursorTests
{
    public static TheoryData<string> Views => ["imputed", "amputed", "synthesized", "augmented"];

    [Theory]
    [MemberData(nameof(Views))]
    public void A_getter_that_is_called_where_there_is_no_row_says_so(string name)
    {
        IDataView view = View(name);
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<float> get = cursor.GetGetter<float>(view.Schema["Number"]);
        float value = 0;
        Assert.Contains("MoveNext", Assert.Throws<InvalidOperationException>(() => get(ref value)).Message, StringComparison.Ordinal);
        int rows = 0;
        while (cursor.MoveNext())
        {
            get(ref value);
            rows++;
        }
        Assert.True(rows >= 40);
        Assert.Contains("MoveNext", Assert.Throws<InvalidOperationException>(() => get(ref value)).Message, StringComparison.Ordinal);
    }

    private static IDataView View(string name)
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row
        {
            Number = i % 5 == 0 ? float.NaN : i * 7 % 23,
            Other = i * 3 % 11,
        }));
        return name switch
        {
            "imputed" => ml.Transforms.DiffusionImpute(Quick.Pairs("Number"), Quick.Options()).Fit(rows).Transform(rows),
            "amputed" => ml.Data.Ampute(rows, MissingnessMechanism.McarIndependent, 0.2),
            "synthesized" => ml.Transforms.DiffusionSynthesize(null, Quick.Generation<DiffusionSynthesizeEstimator.Options>())
                .Fit(rows).Generate(40),
            _ => ml.Transforms.DiffusionAugment(40, null, Quick.Generation<DiffusionAugmentEstimator.Options>()).Fit(rows).AddedRows!,
        };
    }

    private sealed class Row
    {
        public float Number { get; set; }

        public float Other { get; set; }
    }
}
