import type { Command } from 'commander';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, print, span } from '../output.ts';
import { nameOf, type Person, seen, type Written } from './people.ts';

export type Team = {
  readonly team: string;
  readonly name?: string;
  readonly channels?: readonly string[];
  readonly kinds?: readonly string[];
  readonly languages?: readonly string[];
  readonly skills?: readonly string[];
  readonly fallback?: Person;
  readonly waits: string;
  readonly offers?: string;
  readonly waiting: number;
  readonly waitingSince?: string;
  readonly available: number;
  readonly agents: number;
};

export const teamsPath = '/v1/teams';
const at = (team: string): string => `${teamsPath}/${encodeURIComponent(team)}`;

const servedBy = ({ channels, kinds, languages, skills }: Team): string => {
  const limits = [channels, kinds, languages].filter((one) => one !== undefined).map((one) => one.join(', '));
  const wanted = skills?.length ? [`skill ${skills.join(', ')}`] : [];
  return [...limits, ...wanted].join(' · ') || 'everything';
};

const head = ['team', 'serves', 'agents there', 'waiting', 'at most', 'then goes to', 'to accept'];
const row = (team: Team): string[] => [
  team.team,
  brief(servedBy(team), 60),
  `${team.available} of ${team.agents}`,
  String(team.waiting),
  span(team.waits),
  brief(team.fallback ? nameOf(team.fallback) : 'nobody', 50),
  team.offers === undefined ? 'not asked' : span(team.offers),
];

/** `throughline teams` */
export const teamCommands = (program: Command): void => {
  const teams = program.command('teams').description('who serves what, and how long something may wait there');
  addCommand(teams);
  teams
    .command('list')
    .description('list them, with who is there and what waits')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const items = await Array.fromAsync(clientOf(options).all<Team>(teamsPath));
      print(options.json === true, { items }, () =>
        items.length === 0
          ? 'There is no team: everything waits in the queue default. Add one: throughline teams add NAME'
          : columns(head, items.map(row)),
      );
    });
  teams
    .command('remove')
    .argument('<team>', 'as listed')
    .description('there is no such team any more: what waits there is routed again')
    .action(async (team: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const written = await client.ask<Written>(at(team), { method: 'DELETE' });
      await seen(client, teamsPath, written);
      print(options.json === true, { removed: team, ...written }, () => `${team} is gone; what waited there goes on.`);
    });
};

type Adding = Global & {
  readonly name?: string;
  readonly channel?: string[];
  readonly kind?: string[];
  readonly language?: string[];
  readonly skill?: string[];
  readonly fallback?: string;
  readonly waits?: string;
  readonly offers?: string;
};

const addCommand = (teams: Command): void => {
  teams
    .command('add')
    .argument('<team>', 'small letters, digits and hyphens: hardware-support')
    .option('--name <name>', 'as people call it')
    .option('--channel <channel...>', 'serves only these channels')
    .option('--kind <kind...>', 'serves only these kinds')
    .option('--language <language...>', 'serves only these languages')
    .option('--skill <skill...>', 'an intent (hardware.screen, hardware) or severity (severity.1) always goes here')
    .option('--fallback <handle>', 'who has what waited too long')
    .option('--waits <duration>', 'how long something may wait: PT4H unless said')
    .option('--offers <duration>', 'how long an agent may take to accept (PT2M); without it nobody is asked')
    .description('add a team, or say anew all that holds of it')
    .action(async (team: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Adding>();
      const { name, channel, kind, language, skill, fallback, waits, offers } = options;
      const client = clientOf(options);
      const json = {
        name,
        channels: channel,
        kinds: kind,
        languages: language,
        skills: skill,
        waits,
        offers,
        ...(fallback !== undefined && { fallback: { handle: fallback } }),
      };
      const written = await client.ask<Written>(at(team), { method: 'PUT', json });
      await seen(client, teamsPath, written);
      for await (const one of client.all<Team>(teamsPath))
        if (one.team === team) return print(options.json === true, one, () => columns(head, [row(one)]));
      throw new Error(`the team ${team} was removed again at the same moment`);
    });
};
