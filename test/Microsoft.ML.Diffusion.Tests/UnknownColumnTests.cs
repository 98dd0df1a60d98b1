using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests;

public class UnknownColumnTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void A_name_that_is_not_in_the_view_brings_the_near_one_and_no_name_of_a_parameter()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(SampleRow.Make(20));
        DiffusionSynthesizeEstimator.Options ignored = new() { Method = Quick.Masked(), IgnoredColumns = ["Incom"] };
        Func<object>[] mistakes =
        [
            () => _ml.Transforms.DiffusionImpute(["Incom"], Quick.Options()).Fit(rows),
            () => _ml.Transforms.DiffusionImpute(["Incom"], Quick.Options()).GetOutputSchema(Shape.Of(rows)),
            () => _ml.Transforms.DiffusionSynthesize("Incom").Fit(rows),
            () => _ml.Transforms.DiffusionSynthesize(options: ignored).Fit(rows),
            () => _ml.Transforms.DiffusionAugment(5, "Incom").Fit(rows),
            () => _ml.Data.MultiplyImpute(rows, 2, "Incom"),
            () => _ml.Data.Ampute(rows, MissingnessMechanism.McarRow, 0.1, seed: 1, "Incom"),
        ];
        Assert.All(mistakes, mistake => Assert.Equal(
            "Column 'Incom' is not in the view; did you mean Income?", Assert.Throws<ArgumentException>(mistake).Message));
    }
}
