using Microsoft.ML.Diffusion.Fuzzing.Models;
using Microsoft.ML.Diffusion.Fuzzing.SeriesModels;

namespace Microsoft.ML.Diffusion.Series.Tests.Persistence;

/// <summary>Model files of series that somebody changed, with checksums that are right: the short form of eng/fuzz.</summary>
public class HostileSeriesModelTests
{
    public static TheoryData<string> Names => [.. FuzzedSeries.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_model_is_refused_in_one_sentence_or_works(string name)
    {
        FuzzedModel model = FuzzedSeries.Find(name);
        var counts = new FuzzCounts();
        Assert.Null(model.Try(model.Bytes, counts));
        const int Cases = 300;
        for (int i = 0; i < Cases; i++)
        {
            if (model.Try(ModelMutator.Mutate(model.Bytes, new Random(i)), counts) is { } failure)
                Assert.Fail($"case {i}: {failure}");
        }

        Assert.True(counts.Refused > Cases / 10, $"{counts.Refused} of {Cases} were refused");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_cut_short_anywhere_is_refused(string name)
    {
        FuzzedModel model = FuzzedSeries.Find(name);
        for (int length = 0; length < model.Bytes.Length; length += 1 + model.Bytes.Length / 40)
            Assert.Throws<InvalidDataException>(() => model.Load(new BinaryReader(new MemoryStream(model.Bytes[..length]))));
    }
}
