using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Models.Tests.Roles;

// Alone, since the memory of tests beside it would count.
[CollectionDefinition(nameof(KeyMemoryTests), DisableParallelization = true)]
[Collection(nameof(KeyMemoryTests))]
public sealed class KeyMemoryTests
{
    [Fact]
    public void Ten_million_keys_take_no_more_memory_than_ten()
    {
        var maker = new KeyMaker(new KeyPattern { Kind = KeyKind.Sequence, Prefix = "P", Last = 99, Width = 5 }, 1, 10_000_000);
        Assert.Equal(("P00100", "P10000099"), (maker.Make(0), maker.Make(9_999_999)));

        KeyCharacter digit = KeyCharacter.Of('0') with { Fixed = '\0' };
        var random = new KeyMaker(new KeyPattern { Kind = KeyKind.Pattern, Mask = [.. Enumerable.Repeat(digit, 12)] }, 1, 10_000_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int row = 0; row < 10_000_000; row += 997)
            random.Make(row);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
    }
}
