using Microsoft.ML.Diffusion.Fuzzing.Configurations;

namespace Microsoft.ML.Diffusion.Tool.Tests.Hostile;

/// <summary>Configurations of every method that somebody damaged: the short form of eng/fuzz.</summary>
public sealed class HostileConfigurationTests : IDisposable
{
    private const int Cases = 300;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_configuration_is_refused_in_one_line_before_the_table_is_read_or_trains_in_its_time()
    {
        var attack = new ConfigurationAttack(_folder.PathOf(string.Empty)) { Longest = TimeSpan.FromMinutes(1) };
        for (int i = 0; i < Cases; i++)
        {
            if (attack.Try(new Random(i)) is { } failure)
                Assert.Fail($"case {i}: {failure}");
        }

        Assert.InRange(attack.Refused, Cases / 10, Cases);
        Assert.InRange(attack.Trained, Cases / 30, Cases);
    }
}
